"""`why`: in words, each page that happened and each skip, and the next step with its time (SPEC §7)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import PageState
from bot.domain.escalation import RunKind, step_at
from bot.domain.picture import Paged, Picture, RunPicture, Story
from bot.domain.timeline import Kind
from bot.views import facts, situation
from bot.views.message import Message, context, header, message, paragraphs, section
from bot.views.words import at, count, duration, escape, one_line, series, source

_BUDGET = 8000  # characters of what happened

#: Facts that explain paging; pages themselves are told from their rows, with their deliveries.
_EXPLAIN = frozenset(
    {
        Kind.DECLARED, Kind.TIER_SKIPPED, Kind.NOBODY, Kind.ACKED, Kind.UNACKED, Kind.DECLINED, Kind.ESCALATED,
        Kind.FALLBACK, Kind.ASSIGNED, Kind.TAKEN, Kind.SEVERITY, Kind.RESOLVED, Kind.CANCELLED, Kind.REOPENED,
    }
)  # fmt: skip


def why(story: Story, now: datetime) -> Message:
    """Who was paged, by what, delivered or not, answered or not; what was skipped; and what comes next."""
    picture = story.picture
    incident = picture.incident
    blocks, left = paragraphs(_happened(story, now), _BUDGET)
    nothing = section(f"Nobody was paged. {_why_nobody(picture)}") if not _pages(picture) else None
    cut = context(f"The oldest {count(left, 'line')} are left out; the timeline holds them.") if left else None
    ahead = f"{situation.who_has_it(picture, now)}\n*Next:* {situation.what_next(picture, now)}"
    return message(
        f"{incident.name}: {situation.what_next(picture, now)}",
        header(f"Why · {escape(situation.title(incident))}"),
        section(ahead),
        section(_rule(picture)),
        nothing,
        cut,
        *blocks,
    )


def _pages(picture: Picture) -> list[tuple[RunPicture, Paged]]:
    return [(run, paged) for run in picture.runs for paged in run.paged]


def _why_nobody(picture: Picture) -> str:
    if picture.nobody:
        return "No tier of the policy has anybody who can be reached."
    if not picture.severity.pages:
        return f"{escape(picture.severity.name)} pages nobody by itself. Escalate to page by the policy."
    return "It was declared without paging. Escalate to page by the policy."


def _rule(picture: Picture) -> str:
    """The policy in force, in one line."""
    found = situation.main_run(picture)
    if found is None:
        return f"*Rule:* {escape(situation.meaning(picture.severity))}. No escalation policy is running."
    policy = found.run.policy
    waits = series([duration(tier.timeout) for tier in policy.tiers])
    last = one_line(facts.target_name(policy.executive.name, picture.people)) if policy.executive else ""
    again = f", {count(policy.repeat_cycles, 'repeat')}, then {escape(last) or 'everybody at once'}"
    tiers = f"{count(len(policy.tiers), 'tier')} ({waits}){again}" if policy.tiers else "it names nobody"
    return f"*Rule:* policy {escape(one_line(policy.name))}: {tiers}."


def _happened(story: Story, now: datetime) -> list[str]:
    """Facts and pages in order of time; a page comes after the fact that caused it."""
    people = story.picture.people
    lines = [
        (event.at, 0, f"{at(event.at, now)}  {facts.SIGNS[event.kind]} {escape(facts.headline(event, people))}")
        for event in story.events
        if event.kind in _EXPLAIN
    ]
    lines += [(paged.page.created_at, 1, page_line(run, paged, now)) for run, paged in _pages(story.picture)]
    return [text for _, _, text in sorted(lines, key=lambda one: one[:2])]


def page_line(run: RunPicture, paged: Paged, now: datetime) -> str:
    """`03:05  📟 Alice Chen (Slack delivered, SMS sent) was paged: tier 1, cycle 1. No answer yet.`"""
    person = situation.paged_person(paged, now)
    return f"{at(paged.page.created_at, now)}  📟 {person} was paged: {_place(run, paged)}. {_answer(paged, now)}"


def _place(run: RunPicture, paged: Paged) -> str:
    if run.run.kind is RunKind.NOTIFY:
        return f"as {escape(one_line(run.run.policy.name))}, whom the severity names"
    if run.run.kind is RunKind.PAGE:
        return "by hand"
    decision = step_at(run.run.policy, paged.page.step, paged.page.created_at)
    if decision.tier == 0:
        return "everybody at once" if run.run.policy.executive is None else "the fallback"
    return f"tier {decision.tier}, cycle {decision.cycle}"


def _answer(paged: Paged, now: datetime) -> str:
    page = paged.page
    when = f" {at(page.answered_at, now)}" if page.answered_at is not None else ""
    by = f" ({escape(source(page.answer_source))})" if page.answer_source else ""
    return {
        PageState.OPEN: "No answer yet.",
        PageState.ACKED: f"Acked{when}{by}.",
        PageState.DECLINED: f"Declined{when}{by}.",
        PageState.SUPERSEDED: "Replaced by a newer page.",
        PageState.ENDED: f"Ended{when} without their answer.",
    }[page.state]
