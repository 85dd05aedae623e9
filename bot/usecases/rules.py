"""Personal rules: read, made, reset, and tried by a test page to oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.bot import Bot
from bot.domain import rules
from bot.domain.contacts import awaits_code
from bot.domain.delivery import Effect, Lane, NewRow
from bot.domain.own import Done, Ways
from bot.domain.people import Actor, Person
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from bot.ports import Tx
from bot.usecases.notices import home_row

#: How a test page goes by each notifier, and where it is sent.
_TESTS: dict[str, Effect] = {
    "slack": Effect.DM_SAY,
    "sms": Effect.SMS_SAY,
    "voice": Effect.VOICE_SAY,
    "email": Effect.MAIL_SAY,
}


async def ways(bot: Bot, person: Person, now: datetime) -> Ways:
    """How somebody is reached."""

    async def work(tx: Tx) -> Ways:
        return await ways_in(bot, tx, person, now)

    return await bot.db.read(work)


async def ways_in(bot: Bot, tx: Tx, person: Person, now: datetime) -> Ways:
    made = await tx.rules.of(person.id)
    current = await tx.people.get(person.id)
    declared = bot.posture().people.get(current.handle or "")
    pending = [one for one in await tx.contacts.of(person.id) if one.pending and awaits_code(one, now)]
    return Ways(
        person=current,
        rules={urgency: made.get(urgency) or rules.DEFAULTS[urgency] for urgency in Urgency},
        made=frozenset(made),
        configured=bot.config.notifiers,
        usable=rules.usable(current, bot.config.notifiers),
        mail_declared=declared is not None and declared.email is not None,
        pending=tuple(pending),
    )


async def make(bot: Bot, wanted: Mapping[Urgency, Sequence[Rule]], by: Actor, now: datetime) -> Done:
    """The person's rules from the next page on, of every urgency or none; refused where a page would reach nobody.

    What is said of notifiers that are not configured now stays as it was. Rules like the defaults are the defaults.
    """
    person = _who(by)

    async def work(tx: Tx) -> Done:
        before = (await ways_in(bot, tx, person, now)).rules
        for urgency, chosen in wanted.items():
            kept = [rule for rule in before[urgency] if rule.notifier not in bot.config.notifiers]
            by_what = rules.usable(await tx.people.get(person.id), bot.config.notifiers)
            checked = rules.check(urgency, [*chosen, *kept], by_what)
            default = set(checked) == set(rules.DEFAULTS[urgency])
            await tx.rules.put(person.id, urgency, () if default else checked)
        await tx.outbox.put([home_row(person, now)])
        return Done("rules_saved")

    return await bot.write(work)


async def reset(bot: Bot, by: Actor, now: datetime) -> Done:
    """The defaults again."""
    person = _who(by)

    async def work(tx: Tx) -> Done:
        for urgency in Urgency:
            await tx.rules.put(person.id, urgency, ())
        await tx.outbox.put([home_row(person, now)])
        return Done("rules_reset")

    return await bot.write(work)


async def send_test(bot: Bot, by: Actor, now: datetime) -> Done:
    """Sends a test by every way that reaches the person, at once; once a minute."""
    person = _who(by)

    async def work(tx: Tx) -> Done:
        current = await tx.people.get(person.id)
        by_what = [one for one in rules.PERSONAL if one in rules.usable(current, bot.config.notifiers) & set(_TESTS)]
        minute = f"{person.id}/{int(now.timestamp()) // 60}"
        if not await tx.inbox.first("test_page", minute, now):
            raise Refusal("too_many_tests")
        await tx.outbox.put([_test_row(current, notifier, minute, now) for notifier in by_what])
        return Done("test_sent", {"notifiers": by_what})

    return await bot.write(work)


def _test_row(person: Person, notifier: str, stamp: str, now: datetime) -> NewRow:
    payload = {"to": person.address(notifier), "message": "test_page", "data": {"name": person.name}}
    return NewRow(f"test/{stamp}/{notifier}", _TESTS[notifier], Lane.PAGES, now, person_id=person.id, payload=payload)


def _who(by: Actor) -> Person:
    assert by.person is not None
    check_member(by.person)
    return by.person
