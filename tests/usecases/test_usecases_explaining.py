"""`why` tells each page, skip and stop, the next step, and what follows after it; and it comes true."""

from __future__ import annotations

import re
from datetime import timedelta

from night import THREE_AM, Night, paging_by

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import Slot
from bot.domain.people import EVERYTHING
from bot.domain.picture import NextStep, Story
from bot.usecases import asks, lifecycle, responders
from bot.usecases.asks import Whom
from bot.usecases.explaining import explained
from bot.views.why import why

M = timedelta(minutes=1)
SENT = "Slack delivered, SMS sent, email sent"
ON_CALL = Target(TargetKind.SCHEDULE, "payments")
SHORT = Policy("short", (Tier((ON_CALL,), 5 * M), Tier((Target(TargetKind.PERSON, "bob"),), 10 * M)), 0)


async def told(night: Night) -> Story:
    return await explained(night.bot, 1, EVERYTHING)


async def lines(night: Night) -> list[str]:
    """What people read, with times as minutes after three."""
    shown = why(await told(night), night.now)
    text = "\n".join(block["text"]["text"] for block in shown.blocks if block["type"] == "section")
    return re.sub(r"<!date\^(\d+)\^[^>]*>", lambda m: f"+{(int(m[1]) - int(THREE_AM.timestamp())) // 60}", text).split(
        "\n"
    )


def plan_of(story: Story) -> list[tuple[int, int, list[str], bool]]:
    """(minute, tier, people, handover) of everything ahead."""
    run = next(one for one in story.picture.runs if one.next is not None)
    steps: list[NextStep] = [one for one in (run.next, *story.ahead) if one is not None]
    return [(int((s.at - THREE_AM) / M), s.tier, [p.name.split()[0] for p in s.people], s.handover) for s in steps]


async def test_everything_ahead_is_told_up_to_the_fallback_and_how_often_that_repeats(night: Night) -> None:
    under = paging_by(night, SHORT)
    await under.declare()
    story = await told(under)
    assert plan_of(story) == [(5, 2, ["Bob"], False), (15, 0, ["Alice", "Bob"], False)]
    assert story.again == 10 * M
    assert [line for line in await lines(under) if "+15" in line or "again" in line] == [
        "+15  Alice Chen and Bob Okafor (everybody at once)",
        "…and again every 10 min until somebody acks.",
    ]


async def test_a_long_plan_is_cut_without_saying_that_it_repeats(night: Night) -> None:
    under = paging_by(night, Policy("long", SHORT.tiers, 20))
    await under.declare()
    story = await told(under)
    assert (len(story.ahead), story.again) == (12, None)


async def test_handovers_ahead_are_told_on_the_card_and_in_the_plan(night: Night) -> None:
    dave = night.people["dave"].id
    turns = [
        Slot(0, "payments", night.people["alice"].id, THREE_AM - M, THREE_AM + 2 * M),
        Slot(0, "payments", dave, THREE_AM + 2 * M, THREE_AM + 17 * M),
        Slot(0, "payments", night.people["carol"].id, THREE_AM + 17 * M, THREE_AM + 900 * M),
    ]
    await night.bot.db.write(lambda tx: tx.slots.replace("payments", THREE_AM - M, turns))
    under = paging_by(night, Policy("short", SHORT.tiers, 1))
    await under.declare()
    story = await told(under)
    [run] = story.picture.runs
    assert run.handover is not None
    assert ([p.id for p in run.handover.people], run.handover.at) == ([dave], THREE_AM + 2 * M)
    assert plan_of(story)[:3] == [(5, 2, ["Bob"], False), (15, 1, ["Dave"], False), (17, 1, ["Carol"], True)]
    assert "At +2 (in 2 min) Dave Novak comes on call and is paged too." in (await lines(under))[1]


async def test_what_was_planned_is_what_then_happens(night: Night) -> None:
    under = paging_by(night, Policy("short", SHORT.tiers, 1))
    await under.declare()
    planned = plan_of(await told(under))
    under.outside.jobs.clear()
    await under.pass_minutes(planned[-1][0])
    sent = [
        (int((job.row.not_before - THREE_AM) / M), job.person.name.split()[0])
        for job in under.outside.jobs
        if job.row.effect.value == "page.slack" and job.person
    ]
    assert sent == [(minute, name) for minute, _, names, _ in planned for name in names]


async def test_each_page_each_skip_and_each_stop_is_told(night: Night) -> None:
    hollow = Tier((Target(TargetKind.SCHEDULE, "nobody"),), 5 * M)
    under = paging_by(night, Policy("holes", (SHORT.tiers[0], hollow, SHORT.tiers[1]), 0))
    await under.declare()
    await under.pass_minutes(5)
    await responders.decline(under.bot, 1, under.by("bob"), under.now)
    await asks.page(under.bot, 1, Whom(person=under.people["carol"]), under.by("dave"), under.now)
    await under.deliver()
    await under.pass_minutes(1)
    await responders.ack(under.bot, 1, under.by("alice"), under.now)
    await lifecycle.resolve(under.bot, 1, "restarted", under.by("alice"), under.now)
    said = await lines(under)
    assert said[said.index("+0  🚨 Dave Novak declared this as SEV2 (payments-api)") :] == [
        "+0  🚨 Dave Novak declared this as SEV2 (payments-api)",
        f"+0  📟 Alice Chen ({SENT}) was paged: tier 1, cycle 1. Replaced by a newer page.",
        "+5  ⏭️ Tier 2 was skipped, nobody to page for nobody: nobody is on call",
        "+5  ⏫ Nobody acked in time: Bob Okafor is paged (tier 3, cycle 1)",
        "+5  ❌ Bob Okafor declined (Slack button)",
        "+5  📣 After the decline: everybody of every tier is paged at once (Alice Chen)",
        "+5  📟 Dave Novak paged Carol Díaz by hand",
        f"+5  📟 Bob Okafor ({SENT}) was paged: tier 3, cycle 1. Declined +5 (Slack button).",
        f"+5  📟 Alice Chen ({SENT}) was paged: everybody at once. Acked +6 (Slack button).",
        "+5  📟 Carol Díaz (Slack delivered, email sent) was paged: by hand, as Dave Novak asked."
        " Ended +6 without their answer: the incident was resolved.",
        "+6  👀 Alice Chen acked (Slack button)",
        "+6  ✅ Alice Chen resolved this",
    ]
