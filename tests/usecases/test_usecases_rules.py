"""Personal rules: pages go by them, they are kept whole or not at all, and a test page tries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from night import THREE_AM, Night, without

from bot.domain.delivery import NOTIFIER_OF, Effect, Row
from bot.domain.own import Done
from bot.domain.refusals import Refusal
from bot.domain.rules import DEFAULTS, Rule
from bot.domain.severity import Urgency
from bot.usecases import responders, rules

MINUTE = timedelta(minutes=1)
SLACK, SMS, MAIL = Rule("slack"), Rule("sms"), Rule("email")
LOW = (SLACK, MAIL)


async def make(night: Night, high: Sequence[Rule], low: Sequence[Rule] = LOW, who: str = "alice") -> Done:
    wanted: Mapping[Urgency, Sequence[Rule]] = {Urgency.HIGH: high, Urgency.LOW: low}
    return await rules.make(night.bot, wanted, night.by(who), night.now)


async def ways(night: Night, who: str = "alice") -> Mapping[Urgency, tuple[Rule, ...]]:
    return (await rules.ways(night.bot, night.people[who], night.now)).rules


async def deliveries(night: Night) -> list[tuple[str, timedelta]]:
    """(notifier, delay) of the pages of the incident's first step, as they were written."""
    rows: list[Row] = await night.bot.db.read(lambda tx: tx.outbox.of_incident(1, NOTIFIER_OF))
    return [(NOTIFIER_OF[row.effect], row.not_before - THREE_AM) for row in rows]


async def test_without_rules_of_their_own_people_have_the_defaults(night: Night) -> None:
    shown = await rules.ways(night.bot, night.people["alice"], night.now)
    assert (dict(shown.rules), shown.made, shown.usable) == (DEFAULTS, frozenset(), {"slack", "sms", "email"})


async def test_a_mail_address_is_the_postures_where_it_names_one(night: Night) -> None:
    shown = [await rules.ways(night.bot, night.people[who], night.now) for who in ("alice", "dave")]
    declared = night.bot.posture().people.get("alice")
    assert [one.mail_declared for one in shown] == [declared is not None and declared.email is not None, False]


async def test_a_page_goes_by_the_person_s_rules_each_at_its_time(night: Night) -> None:
    assert await make(night, [Rule("sms"), Rule("slack", 3 * MINUTE)]) == Done("rules_saved")
    await night.declare()
    assert await deliveries(night) == [("sms", 0 * MINUTE), ("slack", 3 * MINUTE)]
    assert night.outside.paged() == [("Alice", "sms")]
    night.clock.time += 3 * MINUTE
    await night.deliver()
    assert night.outside.paged() == [("Alice", "sms"), ("Alice", "slack")]


async def test_what_is_still_to_come_is_not_sent_once_somebody_answered(night: Night) -> None:
    await make(night, [Rule("sms"), Rule("slack", 3 * MINUTE)])
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    night.clock.time += 3 * MINUTE
    await night.deliver()
    assert night.outside.paged() == [("Alice", "sms")]


async def test_urgency_chooses_the_rules(night: Night) -> None:
    await make(night, [SMS], [MAIL])
    await night.declare(severity="SEV3", page=True)
    assert await deliveries(night) == [("email", 0 * MINUTE)]


async def test_everybody_has_rules_of_their_own(night: Night) -> None:
    await make(night, [SMS])
    assert (await ways(night, "bob"))[Urgency.HIGH] == DEFAULTS[Urgency.HIGH]


async def test_rules_that_reach_nobody_change_nothing(night: Night) -> None:
    """Both urgencies, or neither."""
    with pytest.raises(Refusal) as no:
        await make(night, [SMS], [])
    assert (no.value.code, no.value.data["urgency"]) == ("rules_reach_nobody", "low")
    assert dict(await ways(night)) == DEFAULTS


async def test_dave_who_has_no_phone_cannot_rely_on_one(night: Night) -> None:
    with pytest.raises(Refusal) as no:
        await make(night, [SMS], who="dave")
    assert no.value.data == {"urgency": "high", "by": ["slack"]}


async def test_rules_like_the_defaults_are_the_defaults(night: Night) -> None:
    await make(night, [SMS])
    await make(night, [MAIL, SMS, SLACK])
    shown = await rules.ways(night.bot, night.people["alice"], night.now)
    assert (shown.rules[Urgency.HIGH], shown.made) == (DEFAULTS[Urgency.HIGH], frozenset())


async def test_what_is_not_set_up_now_keeps_its_rule(night: Night) -> None:
    with_voice = without(night, notifiers=frozenset({"slack", "sms", "voice"}))
    await make(with_voice, [SLACK, Rule("voice", 5 * MINUTE)])
    await make(night, [SMS])
    assert (await ways(night))[Urgency.HIGH] == (SMS, Rule("voice", 5 * MINUTE))


async def test_a_reset_brings_the_defaults_back(night: Night) -> None:
    await make(night, [SMS], [MAIL])
    assert await rules.reset(night.bot, night.by("alice"), night.now) == Done("rules_reset")
    assert dict(await ways(night)) == DEFAULTS


async def test_guests_make_no_rules(night: Night) -> None:
    with pytest.raises(Refusal) as no:
        await make(night, [SLACK], who="gina")
    assert no.value.code == "read_only"


async def test_app_home_follows(night: Night) -> None:
    await make(night, [SMS])
    await night.deliver()
    assert night.outside.effects() == [Effect.HOME_PUBLISH]


async def test_a_test_page_goes_by_every_way_and_once_a_minute(night: Night) -> None:
    done = await rules.send_test(night.bot, night.by("alice"), night.now)
    await night.deliver()
    assert done == Done("test_sent", {"notifiers": ["slack", "sms", "email"]})
    sent = [(job.row.effect, job.data["to"]) for job in night.outside.jobs]
    assert sent == [
        (Effect.DM_SAY, "U0ALICE"), (Effect.SMS_SAY, "+15550100001"), (Effect.MAIL_SAY, "alice@acme.example"),
    ]  # fmt: skip
    with pytest.raises(Refusal) as no:
        await rules.send_test(night.bot, night.by("alice"), night.now)
    assert no.value.code == "too_many_tests"
    night.clock.time += MINUTE
    assert (await rules.send_test(night.bot, night.by("alice"), night.now)).code == "test_sent"


async def test_a_test_page_rings_too(night: Night) -> None:
    night = without(night, notifiers=frozenset({"slack", "voice", "webhook"}))
    done = await rules.send_test(night.bot, night.by("alice"), night.now)
    await night.deliver()
    assert done == Done("test_sent", {"notifiers": ["slack", "voice"]})
    assert [job.row.effect for job in night.outside.jobs] == [Effect.DM_SAY, Effect.VOICE_SAY]


async def test_a_test_page_is_no_incident(night: Night) -> None:
    await rules.send_test(night.bot, night.by("alice"), night.now)
    await night.deliver()
    assert await night.bot.db.read(lambda tx: tx.incidents.count_by_state()) == {}
