"""What people say about an incident while it runs: updates, status, severity, notes and pinned messages."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from night import Night
from usecases_asks import facts, forget, last_fact, refused, rows, said

from bot.domain.delivery import Effect
from bot.domain.incident import State, Status
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, responders

STATUSES = ["investigating", "identified", "mitigating", "monitoring"]


async def test_an_update_is_kept_as_it_was_typed_and_told_in_the_room(night: Night) -> None:
    await night.declare()
    answer = await incidents.update(night.bot, 1, " *found it*: <db> is slow ", night.by("bob"), night.now)
    await night.deliver()
    assert (answer.code, answer.data) == ("updated", {"status": "investigating"})
    assert (answer.incident.last_update, answer.incident.last_update_at) == ("*found it*: <db> is slow", night.now)
    assert await facts(night, Kind.UPDATE) == [{"text": "*found it*: <db> is slow", "status": "investigating"}]
    assert said(night) == [Kind.UPDATE]


async def test_an_update_may_move_the_status_and_the_room_hears_of_it_once(night: Night) -> None:
    await night.declare()
    answer = await incidents.update(night.bot, 1, "rolled back", night.by("bob"), night.now, "Monitoring")
    await night.deliver()
    assert (answer.incident.status, answer.data) == (Status.MONITORING, {"status": "monitoring"})
    assert await facts(night, Kind.STATUS) == [{"from": "investigating", "to": "monitoring"}]
    assert said(night) == [Kind.UPDATE]


async def test_an_update_with_the_status_it_has_changes_no_status(night: Night) -> None:
    await night.declare()
    await incidents.update(night.bot, 1, "still looking", night.by("bob"), night.now, "investigating")
    assert await facts(night, Kind.STATUS) == []


@pytest.mark.parametrize("status", STATUSES[1:])
async def test_the_status_moves_among_those_of_people(night: Night, status: str) -> None:
    await night.declare()
    answer = await incidents.set_status(night.bot, 1, f" {status.upper()} ", night.by("bob"), night.now)
    assert (answer.code, answer.incident.status.value) == ("status_set", status)
    again = await refused(incidents.set_status(night.bot, 1, status, night.by("bob"), night.now))
    assert again == ("same_status", {"status": status})


async def test_what_cannot_be_read_is_refused_with_what_can_be(night: Night) -> None:
    await night.declare()
    bob = night.by("bob")
    unknown = {"known": STATUSES}
    assert await refused(incidents.set_status(night.bot, 1, "resolved", bob, night.now)) == (
        "unknown_status",
        {"given": "resolved", **unknown},
    )
    assert await refused(incidents.update(night.bot, 1, "x", bob, night.now, "done")) == (
        "unknown_status",
        {"given": "done", **unknown},
    )
    assert await refused(incidents.update(night.bot, 1, "  ", bob, night.now)) == ("text_missing", {"what": "update"})
    assert await refused(incidents.note(night.bot, 1, "x" * 2901, bob, night.now)) == (
        "text_too_long",
        {"what": "note", "limit": 2900, "length": 2901},
    )
    assert (await refused(incidents.set_severity(night.bot, 1, "sev7", bob, night.now)))[0] == "unknown_severity"
    assert await refused(incidents.note(night.bot, 7, "x", bob, night.now)) == ("no_such_incident", {"number": 7})
    assert (await night.kinds()).count(Kind.NOTE) == 0


async def test_a_closed_incident_takes_notes_and_nothing_else(night: Night) -> None:
    await night.declare()
    bob = night.by("bob")
    await lifecycle.resolve(night.bot, 1, "restarted", bob, night.now)
    for act in (
        incidents.update(night.bot, 1, "x", bob, night.now),
        incidents.set_status(night.bot, 1, "monitoring", bob, night.now),
        incidents.set_severity(night.bot, 1, "sev1", bob, night.now),
    ):
        assert await refused(act) == (
            "already_resolved",
            {"number": 1, "closed_as": "resolved", "by": "Bob Okafor"},
        )
    answer = await incidents.note(night.bot, 1, "the disk was full", bob, night.now)
    assert (answer.code, (await last_fact(night, Kind.NOTE)).data) == ("noted", {"text": "the disk was full"})


async def test_guests_change_nothing(night: Night) -> None:
    await night.declare()
    gina = night.by("gina")
    for act in (
        incidents.update(night.bot, 1, "x", gina, night.now),
        incidents.note(night.bot, 1, "x", gina, night.now),
        incidents.set_status(night.bot, 1, "monitoring", gina, night.now),
        incidents.set_severity(night.bot, 1, "sev1", gina, night.now),
    ):
        assert await refused(act) == ("read_only", {"who": "guest"})


async def test_a_severity_changes_with_its_reason_and_is_announced_where_it_belongs_now(night: Night) -> None:
    await night.declare(severity="sev3")
    answer = await incidents.set_severity(night.bot, 1, "p1", night.by("dave"), night.now, "checkout is down")
    assert answer.data == {"from": "SEV3", "to": "SEV1", "paged": ["Alice Chen", "Carol Díaz"]}
    assert await facts(night, Kind.SEVERITY) == [{"from": "SEV3", "to": "SEV1", "reason": "checkout is down"}]
    channels = [row.payload["channel"] for row in await rows(night, Effect.ANNOUNCE_POST)]
    assert channels == ["incidents", "p1-incidents"]
    again = await refused(incidents.set_severity(night.bot, 1, "SEV1", night.by("dave"), night.now))
    assert again == ("same_severity", {"severity": "SEV1"})


async def test_a_channel_hears_of_an_incident_once_however_often_the_severity_changes(night: Night) -> None:
    await night.declare(severity="sev3")
    for severity in ("sev2", "sev3", "sev2"):
        await incidents.set_severity(night.bot, 1, severity, night.by("dave"), night.now)
    assert [row.payload["channel"] for row in await rows(night, Effect.ANNOUNCE_POST)] == ["incidents"]


async def test_a_private_incident_is_announced_nowhere_by_a_raised_severity_either(night: Night) -> None:
    await night.declare(severity="sev3", private=True)
    await incidents.set_severity(night.bot, 1, "sev1", night.by("dave"), night.now)
    assert await rows(night, Effect.ANNOUNCE_POST) == []


async def test_lowering_a_severity_pages_nobody(night: Night) -> None:
    await night.declare(severity="sev1", page=False)
    await incidents.set_severity(night.bot, 1, "sev2", night.by("carol"), night.now)
    await night.deliver()
    assert night.outside.paged() == []


async def test_lowering_a_severity_lets_the_page_that_is_out_be_answered(night: Night) -> None:
    await night.declare(severity="sev1")
    await incidents.set_severity(night.bot, 1, "sev4", night.by("carol"), night.now)
    answer = await responders.ack(night.bot, 1, night.by("alice"), night.now)
    assert (answer.code, answer.incident.state) == ("acked", State.IN_PROGRESS)


async def test_raising_what_was_reopened_quietly_pages(night: Night) -> None:
    await night.declare()
    carol = night.by("carol")
    await incidents.set_severity(night.bot, 1, "sev3", carol, night.now)
    await lifecycle.resolve(night.bot, 1, "restarted", carol, night.now)
    await lifecycle.reopen(night.bot, 1, "it is back", carol, night.now)
    await night.deliver()
    forget(night)
    answer = await incidents.set_severity(night.bot, 1, "sev2", carol, night.now)
    await night.deliver()
    assert answer.data["paged"] == ["Alice Chen"]
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]


async def pin(night: Night, ts: str = "1.5", by: str = "bob", text: str = "the db is slow") -> bool:
    at = night.now - timedelta(minutes=3)
    author = night.people["alice"].id
    link = f"https://acme.slack.com/archives/CROOM1/p{ts}"
    answer = await incidents.pin(night.bot, "CROOM1", ts, text, link, author, at, night.by(by), night.now)
    return answer is not None and answer.changed


async def test_a_pinned_message_is_a_fact_with_its_own_time_and_author_once(night: Night) -> None:
    await night.declare()
    assert await pin(night)
    assert not await pin(night, by="dave")
    fact = await last_fact(night, Kind.PINNED)
    assert (fact.at, fact.actor_id) == (night.now - timedelta(minutes=3), night.people["alice"].id)
    assert (fact.data["text"], fact.data["by"], fact.data["ts"]) == ("the db is slow", night.people["bob"].id, "1.5")
    confirmed = [row.payload for row in await rows(night, Effect.REACTION_ADD) if row.key.startswith("confirm/")]
    assert confirmed == [{"channel": "CROOM1", "ts": "1.5", "name": "white_check_mark"}]


async def test_taking_the_pin_off_appends_a_retraction_and_the_message_may_be_pinned_anew(night: Night) -> None:
    await night.declare()
    await pin(night)
    for _ in range(2):
        await incidents.unpin(night.bot, "CROOM1", "1.5", night.by("bob"), night.now)
    assert await pin(night)
    kinds = [kind for kind in await night.kinds() if kind in (Kind.PINNED, Kind.UNPINNED)]
    assert sorted(kinds) == [Kind.PINNED, Kind.PINNED, Kind.UNPINNED]


async def test_what_was_never_pinned_cannot_be_taken_off(night: Night) -> None:
    await night.declare()
    answer = await incidents.unpin(night.bot, "CROOM1", "1.5", night.by("bob"), night.now)
    assert answer is not None and not answer.changed


async def test_several_who_pin_one_message_at_once_make_one_fact(night: Night) -> None:
    await night.declare()
    pinned = await asyncio.gather(*(pin(night, by=name) for name in ("alice", "bob", "carol")))
    assert sorted(pinned) == [False, False, True]
    assert (await night.kinds()).count(Kind.PINNED) == 1


async def test_a_pin_elsewhere_is_no_fact_and_a_guest_pins_nothing(night: Night) -> None:
    await night.declare()
    by, at = night.by("bob"), night.now
    assert await incidents.pin(night.bot, "CGENERAL", "1.5", "x", "", None, at, by, at) is None
    assert await incidents.unpin(night.bot, "CGENERAL", "1.5", by, at) is None
    assert await refused(pin(night, by="gina")) == ("read_only", {"who": "guest"})


async def test_an_endless_message_is_cut(night: Night) -> None:
    await night.declare()
    await pin(night, text="x" * 5000)
    assert len(str((await last_fact(night, Kind.PINNED)).data["text"])) == 2900
