"""What the other repositories promise, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from storage_samples import MINUTE, NOON, POLICY, climbing, declared, four

from bot.domain.alert import AlertStatus, Signal
from bot.domain.delivery import Page, PageState, Surface, SurfaceKind
from bot.domain.escalation import Run, RunKind, RunState
from bot.domain.incident import Responder, State
from bot.domain.people import EVERYTHING, Person
from bot.ports import Conflict, Tx
from storage.database import SqlDatabase


async def test_a_person_is_found_by_every_address(db: SqlDatabase) -> None:
    people = await db.write(four)

    async def find(tx: Tx) -> list[Person | None]:
        return [
            await tx.people.by_slack("U1"),
            await tx.people.by_phone("+15550001"),
            await tx.people.by_email("alice@EXAMPLE.com"),
            (await tx.people.by_handles(["alice", "nobody"])).get("alice"),
            (await tx.people.many([people["alice"].id, 999]))[people["alice"].id],
            await tx.people.get(people["alice"].id),
        ]

    assert await db.read(find) == [people["alice"]] * 6
    assert await db.read(lambda tx: tx.people.by_slack("U9")) is None
    assert await db.read(lambda tx: tx.people.all()) == list(people.values())


async def test_an_address_that_no_database_can_hold_finds_nobody(db: SqlDatabase) -> None:
    async def find(tx: Tx) -> list[object]:
        bad = "\0 and half \ud83d"
        return [await tx.people.by_slack(bad), await tx.people.by_phone(bad), await tx.people.by_email(bad)]

    assert await db.read(find) == [None, None, None]


async def test_a_person_is_saved_whole(db: SqlDatabase) -> None:
    dave = (await db.write(four))["dave"]
    changed = replace(dave, handle="dave", phone="+15550004", dm_channel="D4", active=False)
    await db.write(lambda tx: tx.people.save(changed))
    assert await db.read(lambda tx: tx.people.get(dave.id)) == changed


async def test_of_two_who_share_a_phone_the_active_one_is_found(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> Person:
        await tx.people.add(Person(0, "Alice", phone="+15550001", active=False))
        return await tx.people.add(Person(0, "Bob", phone="+15550001"))

    bob = await db.write(work)
    assert await db.read(lambda tx: tx.people.by_phone("+15550001")) == bob


async def test_what_was_never_given_an_id_is_an_error_to_ask_for(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        for ask in (tx.people.get, tx.runs.get, tx.pages.get, tx.outbox.get, tx.timeline.get):
            with pytest.raises(LookupError, match="9"):
                await ask(9)

    await db.read(work)


async def test_responders_come_by_time_of_joining_with_all_their_roles(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> tuple[int, list[Responder]]:
        people = await four(tx)
        number = (await declared(tx)).id
        alice = Responder(number, people["alice"].id, NOON + MINUTE)
        bob = Responder(number, people["bob"].id, NOON, frozenset({"responder", "commander"}), "sms", NOON)
        await tx.responders.put(alice)
        await tx.responders.put(bob)
        alice = replace(alice, roles=frozenset({"scribe", "responder"}))
        await tx.responders.put(alice)
        return number, [bob, alice]

    number, expected = await db.write(work)
    assert await db.read(lambda tx: tx.responders.of(number)) == expected
    assert await db.read(lambda tx: tx.responders.get(number, expected[0].person_id)) == expected[0]
    assert await db.read(lambda tx: tx.responders.get(number, 99)) is None


async def test_a_room_knows_its_members(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> set[int]:
        people = await four(tx)
        number = (await declared(tx)).id
        for name in ("alice", "bob", "alice"):
            await tx.responders.join_room(number, people[name].id)
        await tx.responders.leave_room(number, people["bob"].id)
        await tx.responders.leave_room(number, people["carol"].id)
        return await tx.responders.members(number)

    assert await db.write(work) == {1}


async def test_a_run_keeps_its_policy_and_changes_by_version(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> list[Run]:
        number = (await declared(tx)).id
        first, second = await climbing(tx, number), await tx.runs.add(number, RunKind.PERSON, POLICY, NOON)
        alice = (await four(tx))["alice"]
        acked = replace(second, state=RunState.ACKED, acked_by_id=alice.id, acked_at=NOON + MINUTE, step=2)
        return [first, await tx.runs.save(acked)]

    first, second = await db.write(work)
    assert first == Run(first.id, first.incident_id, RunKind.DECLARE, POLICY, RunState.CLIMBING, NOON)
    assert (second.version, second.step) == (2, 2)
    assert await db.read(lambda tx: tx.runs.of(first.incident_id)) == [first, second]
    assert await db.read(lambda tx: tx.runs.get(second.id)) == second
    with pytest.raises(Conflict):
        await db.write(lambda tx: tx.runs.save(replace(second, version=1)))


async def test_a_page_exists_once_and_is_closed_once(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> list[Page | None]:
        people = await four(tx)
        climb = await climbing(tx, (await declared(tx)).id)
        fields = {"run": climb, "step": 1, "person_id": people["alice"].id, "created_at": NOON}
        return [await tx.pages.add(key=key, **fields) for key in ("a", "b", "a")]

    first, second, repeat = await db.write(work)
    assert first is not None and second is not None and repeat is None
    ids = [first.id, second.id]
    await db.write(lambda tx: tx.pages.close([first.id], PageState.ACKED, NOON + MINUTE, "sms"))
    await db.write(lambda tx: tx.pages.close(ids, PageState.ENDED, NOON + 2 * MINUTE, None))
    acked = replace(first, state=PageState.ACKED, answered_at=NOON + MINUTE, answer_source="sms")
    ended = replace(second, state=PageState.ENDED, answered_at=NOON + 2 * MINUTE)
    assert await db.read(lambda tx: tx.pages.of(first.incident_id)) == [acked, ended]
    await db.write(lambda tx: tx.pages.reopen(first.id))
    assert await db.read(lambda tx: tx.pages.get(first.id)) == first


async def test_open_pages_of_a_person_are_of_open_incidents_newest_first(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> dict[str, Person]:
        people = await four(tx)
        for _ in range(3):
            climb = await climbing(tx, (await declared(tx)).id)
            for name in ("alice", "bob"):
                key = f"{climb.incident_id}/{name}"
                await tx.pages.add(key=key, run=climb, step=0, person_id=people[name].id, created_at=NOON)
        over = await tx.incidents.get(2, EVERYTHING)
        assert over is not None
        await tx.incidents.save(replace(over, state=State.RESOLVED))
        return people

    people = await db.write(work)
    pages = await db.read(lambda tx: tx.pages.open_of_person(people["alice"].id))
    assert [page.key for page in pages] == ["3/alice", "1/alice"]
    await db.write(lambda tx: tx.pages.close([pages[0].id], PageState.DECLINED, NOON, None))
    pages = await db.read(lambda tx: tx.pages.open_of_person(people["alice"].id))
    assert [page.key for page in pages] == ["1/alice"]


async def test_a_posted_message_is_found_again(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    card = Surface("C1", "1.1", SurfaceKind.CARD, number, posted_at=NOON)
    notice = Surface("C0", "1.2", SurfaceKind.NOTICE, number)
    for surface in (notice, replace(card, posted_at=None), card):
        await db.write(lambda tx, surface=surface: tx.surfaces.put(surface))
    assert await db.read(lambda tx: tx.surfaces.find("C1", "1.1")) == card
    assert await db.read(lambda tx: tx.surfaces.find("C1", "1.2")) is None
    assert await db.read(lambda tx: tx.surfaces.of(number)) == [card, notice]
    assert await db.read(lambda tx: tx.surfaces.of(number, SurfaceKind.NOTICE)) == [notice]


def signal(status: AlertStatus = AlertStatus.FIRING, **fields: str) -> Signal:
    return Signal("alertmanager", "key", status, fields.get("summary", "disk is full"), labels={"a": "b"}, link="l")


async def test_an_alert_that_fires_again_is_counted_on_its_row_and_one_that_resolves_is_not(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id

    async def record(told: Signal, minutes: int) -> object:
        return await db.write(lambda tx: tx.alerts.record(told, "hash", "group", number, NOON + minutes * MINUTE))

    first = await record(signal(), 0)
    again = await record(signal(AlertStatus.RESOLVED, summary="disk has room"), 1)
    assert again == replace(first, status=AlertStatus.RESOLVED, summary="disk has room", last_at=NOON + MINUTE)
    assert await db.read(lambda tx: tx.alerts.of(number)) == [again]
    assert await record(signal(), 2) == replace(first, last_at=NOON + 2 * MINUTE, count=2)
    assert await record(signal(AlertStatus.RESOLVED, summary="disk has room"), 1) == replace(again, count=2)
    assert await db.read(lambda tx: tx.alerts.any_firing(number)) is False
    await db.write(lambda tx: tx.alerts.record(signal(), "hash2", "group", number, NOON))
    assert await db.read(lambda tx: tx.alerts.any_firing(number)) is True


async def test_repeats_at_the_same_moment_are_all_counted(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    work = [db.write(lambda tx: tx.alerts.record(signal(), "hash", "", number, NOON)) for _ in range(10)]
    assert sorted(alert.count for alert in await asyncio.gather(*work)) == list(range(1, 11))


async def test_an_alert_joins_the_open_incident_of_its_key_before_that_of_its_group(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        for dedup, group in (("mine", "g1"), ("other", "g2"), ("over", "g3"), ("lone", "")):
            number = (await declared(tx)).id
            await tx.alerts.record(signal(), dedup, group, number, NOON)
        over = await tx.incidents.get(3, EVERYTHING)
        assert over is not None
        await tx.incidents.save(replace(over, state=State.RESOLVED))

    async def joins(dedup: str, group: str) -> int | None:
        return await db.read(lambda tx: tx.alerts.open_incident_for(dedup, group))

    await db.write(work)
    assert await joins("mine", "g2") == 1
    assert await joins("new", "g2") == 2
    assert await joins("over", "g3") is None
    assert await joins("new", "") is None


async def test_an_event_is_accepted_once_and_its_answer_kept(db: SqlDatabase) -> None:
    async def accept(key: str, source: str = "generic") -> bool:
        return await db.write(lambda tx: tx.inbox.first(source, key, NOON, "{}"))

    assert sorted(await asyncio.gather(*(accept("k") for _ in range(6)))) == [False] * 5 + [True]
    assert [await accept("other"), await accept("k", "slack")] == [True, True]
    assert await db.read(lambda tx: tx.inbox.answer("generic", "k")) is None
    await db.write(lambda tx: tx.inbox.set_answer("generic", "k", "1"))
    answers = [await db.read(lambda tx, key=key: tx.inbox.answer("generic", key)) for key in ("k", "other", "none")]
    assert answers == ["1", None, None]


async def test_an_accepted_posture_is_a_new_version_only_when_it_changed(db: SqlDatabase) -> None:
    async def accept(digest: str) -> int:
        row = await db.write(lambda tx: tx.postures.accept(digest, f"text of {digest}", "alice", NOON))
        return row.version

    assert await db.read(lambda tx: tx.postures.newest()) is None
    assert await db.read(lambda tx: tx.postures.version()) == 0
    assert [await accept(digest) for digest in ("a", "a", "b", "a")] == [1, 1, 2, 3]
    assert await asyncio.gather(*(accept("c") for _ in range(5))) == [4] * 5
    newest = await db.read(lambda tx: tx.postures.newest())
    assert newest is not None
    assert (newest.version, newest.digest, newest.text, newest.accepted_by) == (4, "c", "text of c", "alice")
    assert await db.read(lambda tx: tx.postures.version()) == 4
    known = [await db.read(lambda tx, one=one: tx.postures.was_accepted(one)) for one in ("a", "c", "d")]
    assert known == [True, True, False]


async def test_the_newest_event_of_a_reaction_wins(db: SqlDatabase) -> None:
    async def react(present: bool, event_ts: str, emoji: str = "medal") -> bool:
        return await db.write(lambda tx: tx.reactions.newest("C1", "1.1", "U1", emoji, present, event_ts))

    assert await react(True, "1700000010.000100") is True
    assert await react(True, "1700000010.000100") is False  # the same event again
    assert await react(False, "1700000009.000100") is False  # an older one, late
    assert await react(True, "1700000011.000100") is False  # nothing changes
    assert await react(False, "1700000012.000100") is True
    assert await react(False, "1700000013.000100", "eyes") is False  # its adding is still on the way …
    assert await react(True, "1700000012.000100", "eyes") is False  # … and comes too late
