"""Before an escalation: whom each tier would page now and by what, and that this is what it then does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from night import Night, paging_by, without

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.people import EVERYTHING
from bot.domain.picture import Preview, TierPreview
from bot.usecases import paging, responders
from bot.usecases.previews import preview

M = timedelta(minutes=1)
DAVE_BY_MAIL = Target(TargetKind.POSITION, "eng-manager", notifiers=("email",))
ODD = Policy(
    "odd",
    (
        Tier((Target(TargetKind.SCHEDULE, "payments"), DAVE_BY_MAIL), 5 * M),
        Tier((Target(TargetKind.SCHEDULE, "nobody"), Target(TargetKind.PERSON, "erin")), 5 * M),
    ),
    0,
    Target(TargetKind.PERSON, "dave"),
)


async def shown(night: Night, number: int = 1) -> Preview:
    return await preview(night.bot, number, EVERYTHING, night.now)


def said(one: TierPreview | None) -> list[tuple[str, str]]:
    assert one is not None
    return [
        (person.name.split()[0], "+".join(f"{rule.notifier}{rule.delay // M or ''}" for rule in rules))
        for person, rules in one.people
    ]


async def test_each_tier_shows_its_people_with_their_ways(night: Night) -> None:
    loud = without(night, notifiers=frozenset({"slack", "sms", "voice", "email"}))
    await loud.declare()
    found = await shown(loud)
    assert [(one.tier, said(one)) for one in found.tiers] == [
        (1, [("Alice", "slack+sms+email+voice2")]),
        (2, [("Bob", "slack+sms+email+voice2")]),
        (3, [("Carol", "slack+email")]),
        (0, [("Alice", "slack+sms+email+voice2"), ("Bob", "slack+sms+email+voice2"), ("Carol", "slack+email")]),
    ]
    assert found.next is not None
    assert (found.next.tier, said(found.next)) == (2, said(found.tiers[1]))


async def test_notifiers_of_a_target_empty_tiers_and_an_executive_are_shown(night: Night) -> None:
    under = paging_by(night, ODD)
    await under.declare()
    found = await shown(under)
    assert [(one.tier, said(one), one.reasons) for one in found.tiers] == [
        (1, [("Alice", "slack+sms+email"), ("Carol", "email")], ()),
        (2, [], ("nobody_on_call", "unknown")),
        (0, [("Dave", "slack")], ()),
    ]
    assert found.next is not None and found.next.tier == 0  # the second tier has nobody, and the last cycle is over


async def test_low_urgency_means_direct_message_and_mail_only(night: Night) -> None:
    await night.declare(severity="SEV3")
    assert [said(one) for one in (await shown(night)).tiers[:2]] == [
        [("Alice", "slack+email")],
        [("Bob", "slack+email")],
    ]


async def test_without_a_run_the_policy_of_the_service_is_shown_from_its_first_tier(night: Night) -> None:
    await night.declare(severity="SEV3")
    found = await shown(night)
    assert found.next is not None and found.next.tier == 1
    await night.declare(service="wiki", severity="SEV3")
    assert await shown(night, 2) == Preview(await night.picture(2))


async def test_what_is_shown_is_what_an_escalation_then_pages(night: Night) -> None:
    under = paging_by(night, ODD)
    for minutes in (0, 5, 30):
        await under.declare()
        number = (await under.bot.db.read(lambda tx: tx.incidents.recent(EVERYTHING, 1)))[0].id
        await under.pass_minutes(minutes)
        found = await shown(under, number)
        under.outside.jobs.clear()
        await paging.escalate(under.bot, number, under.by("dave"), under.now)
        await under.deliver()
        whom = [(person.name.split()[0], rule.notifier) for person, rules in found.next.people for rule in rules]  # type: ignore[union-attr]  # asserted by the loop running at all
        assert under.outside.paged() == whom
        await responders.ack(under.bot, number, under.by("dave"), under.now)


@pytest.mark.parametrize("tier", [1, 2, 3])
async def test_a_chosen_tier_pages_exactly_whom_its_line_names(night: Night, tier: int) -> None:
    await night.declare()
    line = (await shown(night)).tiers[tier - 1]
    night.outside.jobs.clear()
    await paging.escalate(night.bot, 1, night.by("dave"), night.now, tier)
    await night.deliver()
    assert night.outside.paged() == [(p.name.split()[0], rule.notifier) for p, rules in line.people for rule in rules]
