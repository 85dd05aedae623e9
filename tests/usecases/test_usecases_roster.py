"""People are one row each, whoever names them first: the posture, Slack's directory, or both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.bot import Bot
from bot.domain.people import Person, Standing
from bot.domain.posture import PersonDecl, Posture
from bot.usecases.schedules import DirectoryEntry, accept_posture, sync_directory
from storage.database import SqlDatabase

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALICE = PersonDecl("alice", "Alice Chen", "U0ALICE", "alice@acme.example", "+15550100001", "Europe/Berlin")
BOB = PersonDecl("bob", "Bob Okafor", email="Bob@acme.example")


class StillClock:
    def now(self) -> datetime:
        return NOW


class Town:
    """A database, and the posture in force over it."""

    def __init__(self, db: SqlDatabase) -> None:
        self.posture = Posture({}, {}, {}, {}, {}, {})
        self.bot = Bot(db, StillClock(), lambda: self.posture, lambda: None)

    async def declare(self, *people: PersonDecl, admins: tuple[str, ...] = ()) -> list[Person]:
        self.posture = replace(self.posture, people={one.handle: one for one in people}, admins=admins)
        await accept_posture(self.bot, self.posture, text=str(people), digest=str(people), by="start", now=NOW)
        return await self.people()

    async def slack(self, *entries: DirectoryEntry) -> list[Person]:
        await sync_directory(self.bot, entries, NOW)
        return await self.people()

    async def people(self) -> list[Person]:
        return await self.bot.db.read(lambda tx: tx.people.all())


@pytest.fixture
def town(db: SqlDatabase) -> Town:
    return Town(db)


def entry(slack_id: str, name: str, email: str | None = None, **fields: object) -> DirectoryEntry:
    made = DirectoryEntry(slack_id, name, email, "Europe/Madrid", Standing.MEMBER, True)
    return replace(made, **fields)  # type: ignore[arg-type]  # a test names real fields


async def test_a_declared_person_is_a_row(town: Town) -> None:
    [alice] = await town.declare(ALICE)
    assert alice == Person(
        alice.id, "Alice Chen", "alice", "U0ALICE", "alice@acme.example", "+15550100001", "Europe/Berlin"
    )
    assert await town.declare(ALICE) == [alice]


async def test_slack_finds_the_declared_by_their_email(town: Town) -> None:
    [bob] = await town.declare(BOB)
    [found] = await town.slack(entry("U0BOB", "bobby", "bob@ACME.example"))
    assert found == replace(bob, slack_id="U0BOB", zone="Europe/Madrid")


async def test_the_posture_wins_over_slack_and_slack_fills_what_it_leaves_out(town: Town) -> None:
    [alice] = await town.declare(ALICE)
    assert await town.slack(entry("U0ALICE", "ali", "ali@elsewhere.example")) == [alice]
    await town.declare(replace(ALICE, email=None, zone=None))
    [filled] = await town.slack(entry("U0ALICE", "ali", "ali@elsewhere.example"))
    assert (filled.name, filled.email, filled.zone) == ("Alice Chen", "ali@elsewhere.example", "Europe/Madrid")


async def test_somebody_known_from_slack_keeps_their_row_when_they_are_declared(town: Town) -> None:
    [alice, bob] = await town.slack(entry("U0ALICE", "alice"), entry("U0BOB", "bob", "bob@acme.example"))
    people = await town.declare(ALICE, BOB)
    assert [(one.id, one.handle, one.slack_id) for one in people] == [
        (alice.id, "alice", "U0ALICE"),
        (bob.id, "bob", "U0BOB"),
    ]


async def test_slack_says_standing_and_whether_they_are_still_there(town: Town) -> None:
    await town.declare(ALICE, BOB, admins=("bob",))
    people = await town.slack(
        entry("U0ALICE", "Alice", active=False),
        entry("U0BOB", "Bob", "bob@acme.example", standing=Standing.GUEST),
        entry("U0GINA", "Gina", standing=Standing.GUEST),
    )
    assert [(one.name, one.standing, one.active) for one in people] == [
        ("Alice Chen", Standing.MEMBER, False),
        ("Bob Okafor", Standing.ADMIN, True),  # the posture says so
        ("Gina", Standing.GUEST, True),
    ]
    [alice, *_] = await town.declare(ALICE, BOB)
    assert not alice.active  # declaring does not bring back whom Slack has deactivated


async def test_an_admin_no_more_is_what_slack_says(town: Town) -> None:
    await town.declare(ALICE, BOB, admins=("alice", "bob"))
    people = await town.declare(ALICE, BOB)
    assert [one.standing for one in people] == [Standing.ADMIN, Standing.MEMBER]  # Slack is asked about Alice
    people = await town.slack(entry("U0ALICE", "Alice"))
    assert [one.standing for one in people] == [Standing.MEMBER, Standing.MEMBER]


async def test_who_is_declared_no_more_loses_handle_and_phone(town: Town) -> None:
    await town.declare(ALICE, BOB)
    [alice, bob] = await town.declare()
    assert (alice.handle, alice.phone, alice.active) == (None, None, True)  # still there, in Slack
    assert (bob.handle, bob.active) == (None, False)
    [alice, bob] = await town.declare(ALICE, BOB)
    assert (alice.handle, alice.phone, bob.handle, bob.active) == ("alice", "+15550100001", "bob", True)


async def test_a_handle_may_change(town: Town) -> None:
    [alice] = await town.declare(ALICE)
    assert await town.declare(replace(ALICE, handle="alicia")) == [replace(alice, handle="alicia")]


async def test_two_people_may_swap_handles_or_slack_ids(town: Town) -> None:
    bob = replace(BOB, slack_id="U0BOB")
    before = await town.declare(ALICE, bob)
    after = await town.declare(replace(ALICE, slack_id="U0BOB"), replace(bob, slack_id="U0ALICE"))
    assert [(one.id, one.handle, one.slack_id) for one in after] == [
        (before[0].id, "alice", "U0BOB"),
        (before[1].id, "bob", "U0ALICE"),
    ]


async def test_a_handle_given_to_somebody_else_keeps_nothing_of_the_one_before(town: Town) -> None:
    lead = PersonDecl("lead", "Alice Chen", "U0ALICE")
    await town.declare(lead)
    [one] = await town.slack(entry("U0ALICE", "Alice", "alice@acme.example", standing=Standing.ADMIN))
    dm_row = replace(one, dm_channel="D1")
    await town.bot.db.write(lambda tx: tx.people.save(dm_row))
    [person] = await town.declare(PersonDecl("lead", "Bob Okafor", "U0BOB"))
    assert (person.slack_id, person.email, person.dm_channel, person.standing) == (
        "U0BOB", None, None, Standing.MEMBER,
    )  # fmt: skip


async def test_a_new_email_without_a_slack_id_asks_slack_again_who_that_is(town: Town) -> None:
    await town.declare(BOB)
    await town.slack(entry("U0BOB", "Bob", "bob@acme.example"))
    [bob] = await town.declare(replace(BOB, email="robert@acme.example"))
    assert bob.slack_id is None
    [bob] = await town.slack(entry("U0ROBERT", "Robert", "robert@acme.example"))
    assert bob.slack_id == "U0ROBERT"


async def test_a_row_met_in_slack_gives_its_account_to_the_declared_one(town: Town) -> None:
    [bob] = await town.declare(BOB)
    [_, met] = await town.slack(entry("U0BOB", "bobby"))  # Slack did not show the email then
    [bob, before] = await town.slack(entry("U0BOB", "bobby", "bob@acme.example"))
    assert (bob.handle, bob.slack_id, before.id, before.slack_id, before.active) == (
        "bob", "U0BOB", met.id, None, False,
    )  # fmt: skip


async def test_a_declared_slack_id_that_another_row_has_moves_over(town: Town) -> None:
    [bob] = await town.declare(BOB)
    await town.slack(entry("U0BOB", "bobby"))
    [one, other] = await town.declare(replace(BOB, slack_id="U0BOB"))
    assert (one.id, one.slack_id, other.slack_id, other.active) == (bob.id, "U0BOB", None, False)


async def test_an_entry_that_knows_only_the_id_erases_nothing(town: Town) -> None:
    [gina] = await town.slack(entry("U0GINA", "Gina", "gina@partner.example"))
    assert await town.slack(entry("U0GINA", "U0GINA", None, zone=None)) == [gina]


async def test_a_whole_workspace_is_read_in_slices(town: Town) -> None:
    await town.declare(ALICE, BOB)
    entries = [entry(f"U{number:05}", f"Person {number}") for number in range(450)]
    people = await town.slack(*entries, entry("U0BOB", "Bob", "bob@acme.example"))
    assert len(people) == 452
    assert await town.slack(*entries) == people
