"""Addresses that people add: proven before they are paged, never lost by accident; and what a STOP takes away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from night import Night, without

from bot.domain.contacts import ContactKind
from bot.domain.delivery import Effect, Never
from bot.domain.own import Done
from bot.domain.people import Person
from bot.domain.picture import Job
from bot.domain.refusals import Refusal
from bot.usecases import contacts
from bot.usecases.roster import DirectoryEntry, sync_directory
from bot.usecases.schedules import accept_posture

NEW = "+4915123456789"
MINUTE = timedelta(minutes=1)


async def ask(night: Night, given: str = NEW, who: str = "alice", kind: ContactKind = ContactKind.PHONE) -> Done:
    done = await contacts.ask(night.bot, kind, given, night.by(who), night.now)
    await night.deliver()
    return done


async def prove(night: Night, code: str, who: str = "alice") -> Done:
    return await contacts.prove(night.bot, code, night.by(who), night.now)


async def remove(night: Night, kind: ContactKind = ContactKind.PHONE, who: str = "alice") -> Done:
    return await contacts.remove(night.bot, kind, night.by(who), night.now)


def code(night: Night, effect: Effect = Effect.SMS_SAY) -> str:
    """The newest code that went out."""
    sent = [job for job in night.outside.jobs if job.row.effect is effect]
    data = sent[-1].data["data"]
    assert isinstance(data, dict)
    return str(data["code"])


async def person(night: Night, who: str = "alice") -> Person:
    return await night.bot.db.read(lambda tx: tx.people.get(night.people[who].id))


async def refused(act: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as no:
        await act  # type: ignore[misc]  # a coroutine of any of the above
    return no.value.code, dict(no.value.data)


def told(night: Night, message: str) -> list[tuple[str, object]]:
    """(who, data) of each direct message of this kind."""
    jobs: list[Job] = [job for job in night.outside.jobs if job.data.get("message") == message]
    return [(job.person.name, job.data["data"]) for job in jobs if job.person]


async def test_a_phone_is_paged_once_its_code_was_given_back(night: Night) -> None:
    done = await ask(night, "+49 151 2345 6789")
    assert done == Done("code_sent", {"kind": "phone", "address": NEW, "minutes": 10})
    assert (await person(night)).number == "+15550100001"
    assert await prove(night, code(night)) == Done("address_verified", {"kind": "phone", "address": NEW})
    assert (await person(night)).number == NEW
    await night.declare()
    sms = [job.person for job in night.outside.jobs if job.row.effect is Effect.PAGE_SMS]
    assert [one.address("sms") for one in sms if one] == [NEW]


async def test_a_mail_address_is_proven_by_mail(night: Night) -> None:
    await ask(night, "alice@home.example", kind=ContactKind.EMAIL)
    assert await prove(night, code(night, Effect.MAIL_SAY)) == Done(
        "address_verified", {"kind": "email", "address": "alice@home.example"}
    )
    assert ((await person(night)).mailbox, (await person(night)).email) == ("alice@home.example", "alice@acme.example")


async def test_the_code_is_in_the_database_nowhere(night: Night) -> None:
    await ask(night)
    rows = await night.bot.db.read(lambda tx: tx.contacts.of(night.people["alice"].id))
    row = await night.bot.db.read(lambda tx: tx.outbox.by_key(f"code/{rows[0].person_id}/phone/{rows[0].nonce}"))
    assert row is not None
    assert code(night) not in f"{rows} {row}"


async def test_an_answer_from_a_verified_phone_is_that_person_s(night: Night) -> None:
    await ask(night)
    await prove(night, code(night))
    found = await night.bot.db.read(lambda tx: tx.people.by_phone(NEW))
    assert found is not None
    assert found.id == night.people["alice"].id


async def test_five_wrong_codes_end_the_asking(night: Night) -> None:
    await ask(night)
    right = code(night)
    for left in (4, 3, 2, 1, 0):
        assert await refused(prove(night, "000000" if right != "000000" else "000001")) == (
            "wrong_code",
            {"left": left},
        )
    assert await refused(prove(night, right)) == ("no_code", {})
    assert (await person(night)).number == "+15550100001"


async def test_a_code_is_good_for_ten_minutes_and_once(night: Night) -> None:
    await ask(night)
    night.clock.time += 10 * MINUTE
    assert await refused(prove(night, code(night))) == ("no_code", {})
    await ask(night)
    await prove(night, code(night))
    assert await refused(prove(night, code(night))) == ("no_code", {})


async def test_a_newer_code_makes_the_older_one_void(night: Night) -> None:
    await ask(night)
    first = code(night)
    await ask(night, "+4915100000000")
    assert (await refused(prove(night, first)))[0] == "wrong_code"
    assert (await prove(night, code(night))).data["address"] == "+4915100000000"


async def test_a_code_that_was_overtaken_before_it_went_out_is_not_sent(night: Night) -> None:
    for address in (NEW, "+4915100000000"):
        await contacts.ask(night.bot, ContactKind.PHONE, address, night.by("alice"), night.now)
    await night.deliver()
    assert [job.data["to"] for job in night.outside.jobs if job.row.effect is Effect.SMS_SAY] == ["+4915100000000"]


async def test_codes_are_bounded_by_the_hour(night: Night) -> None:
    for number in range(5):
        await ask(night, f"+491510000000{number}")
    assert await refused(ask(night)) == ("too_many_codes", {"minutes": 60})
    night.clock.time += 60 * MINUTE
    assert (await ask(night)).code == "code_sent"


async def test_a_code_of_somebody_else_proves_nothing(night: Night) -> None:
    await ask(night)
    assert await refused(prove(night, code(night), "bob")) == ("no_code", {})
    await ask(night, "+4915100000000", "bob")
    assert (await person(night, "bob")).number == "+15550100002"


async def test_the_phone_of_somebody_else_is_refused_also_at_the_last_moment(night: Night) -> None:
    assert await refused(ask(night, "+15550100002")) == ("address_taken", {"kind": "phone"})
    await ask(night)
    alices = code(night)
    await ask(night, who="bob")
    await prove(night, code(night), "bob")
    assert await refused(prove(night, alices)) == ("address_taken", {"kind": "phone"})


async def test_a_mailbox_may_be_shared(night: Night) -> None:
    assert (await ask(night, "bob@acme.example", kind=ContactKind.EMAIL)).code == "code_sent"


async def test_where_pages_go_already_nothing_is_asked(night: Night) -> None:
    assert await ask(night, "+15550100001") == Done("address_kept", {"kind": "phone", "address": "+15550100001"})
    assert Effect.SMS_SAY not in night.outside.effects()


async def test_without_a_way_to_send_a_code_none_is_asked_for(night: Night) -> None:
    bare = without(night, notifiers=frozenset({"slack"}))
    assert await refused(ask(bare)) == ("way_not_configured", {"kind": "phone"})


async def test_guests_add_nothing(night: Night) -> None:
    assert (await refused(ask(night, who="gina")))[0] == "read_only"


async def test_a_code_that_cannot_be_sent_is_told_to_who_asked(night: Night) -> None:
    night.outside.answers[Effect.SMS_SAY] = lambda _: Never("not a mobile number (Twilio 21614)")
    await ask(night)
    reason = {"kind": "phone", "address": NEW, "reason": "not a mobile number (Twilio 21614)"}
    assert told(night, "code_failed") == [("Alice Chen", reason)]


async def test_removing_one_s_own_address_brings_back_the_posture_s(night: Night) -> None:
    await ask(night)
    await prove(night, code(night))
    assert await remove(night) == Done("address_removed", {"kind": "phone", "address": "+15550100001"})
    assert (await person(night)).number == "+15550100001"
    assert await refused(remove(night)) == ("no_own_address", {"kind": "phone"})


async def test_the_last_way_beside_slack_cannot_be_removed(night: Night) -> None:
    """Dave has Slack alone until he adds a phone."""
    await ask(night, who="dave")
    await prove(night, code(night), "dave")
    assert await refused(remove(night, who="dave")) == ("last_way", {"kind": "phone"})
    await ask(night, "dave@home.example", "dave", ContactKind.EMAIL)
    await prove(night, code(night, Effect.MAIL_SAY), "dave")
    assert (await remove(night, who="dave")).code == "address_removed"


async def test_who_is_in_nobody_s_rota_may_remove_their_last_way(night: Night) -> None:
    dave = night.people["dave"]
    await night.bot.db.write(lambda tx: tx.people.save(replace(dave, handle=None)))
    await ask(night, who="dave")
    await prove(night, code(night), "dave")
    assert (await remove(night, who="dave")).code == "address_removed"


async def test_the_posture_and_slack_leave_what_a_person_verified(night: Night) -> None:
    for effect, given, kind in (
        (Effect.SMS_SAY, NEW, ContactKind.PHONE),
        (Effect.MAIL_SAY, "alice@home.example", ContactKind.EMAIL),
    ):
        await ask(night, given, kind=kind)
        await prove(night, code(night, effect))
    posture = night.bot.posture()
    await accept_posture(night.bot, posture, text="x", digest="x", by="start", now=night.now)
    alice = night.people["alice"]
    entry = DirectoryEntry("U0ALICE", "Alice", "alice@acme.example", None, alice.standing, True)
    await sync_directory(night.bot, [entry], night.now)
    found = await person(night)
    assert (found.number, found.mailbox, found.email) == (NEW, "alice@home.example", "alice@acme.example")


async def stop(night: Night, number: str) -> bool:
    known = await night.bot.write(lambda tx: contacts.stopped(tx, night.bot, number, night.now))
    await night.deliver()
    return known


async def test_a_number_that_texted_stop_gets_no_sms_and_its_owner_is_told(night: Night) -> None:
    night = without(night, notifiers=frozenset({"slack", "sms", "email"}))
    assert [await stop(night, "+15550100001"), await stop(night, "+15550100001")] == [True, False]
    assert told(night, "stopped") == [("Alice Chen", {"number": "+1555•••0001", "left": ["slack", "email"]})]
    assert told(night, "stopped_last_way") == []
    await night.declare()
    assert ("Alice", "sms") not in night.outside.paged()


async def test_a_stop_that_takes_the_last_way_beside_slack_is_told_to_admins(night: Night) -> None:
    bare = without(night, notifiers=frozenset({"slack", "sms"}))
    await stop(bare, "+15550100002")
    data = {"number": "+1555•••0002", "left": ["slack"], "person": "Bob Okafor"}
    assert told(bare, "stopped_last_way") == [("Carol Díaz", data)]


async def test_a_stop_that_only_the_send_reveals_counts_too(night: Night) -> None:
    night.outside.answers[Effect.PAGE_SMS] = lambda _: Never(
        "unsubscribed by STOP; they must text START (Twilio 21610)"
    )
    await night.declare()
    assert (await person(night)).sms_stopped


async def test_start_undoes_stop(night: Night) -> None:
    await stop(night, "+15550100001")
    again = [await night.bot.write(lambda tx: contacts.started(tx, "+15550100001", night.now)) for _ in range(2)]
    assert (again, (await person(night)).sms_stopped) == ([True, False], False)


async def test_a_stranger_s_stop_is_only_remembered(night: Night) -> None:
    await stop(night, "+15559999999")
    assert (told(night, "stopped"), told(night, "stopped_last_way")) == ([], [])


async def test_another_phone_is_not_stopped_by_the_old_one_s_stop(night: Night) -> None:
    await stop(night, "+15550100001")
    await ask(night)
    await prove(night, code(night))
    assert not (await person(night)).sms_stopped
