"""`why`: in words, each page that happened, each skip and stop, the next step with its time and what follows it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import PageState
from bot.domain.escalation import Run, RunKind, RunState, step_at
from bot.domain.picture import NextStep, Paged, Picture, RunPicture, Story
from bot.domain.timeline import Kind
from bot.views import facts, situation
from bot.views.message import Message, context, header, message, paragraphs, section
from bot.views.words import at, count, duration, escape, one_line, series, source

_BUDGET = 8000  # characters of what happened

#: Facts that explain paging; pages themselves are told from their rows, with their deliveries.
_EXPLAIN = frozenset(
    {
        Kind.DECLARED, Kind.TIER_SKIPPED, Kind.NOBODY, Kind.ACKED, Kind.PAGE_ACKED, Kind.UNACKED, Kind.DECLINED,
        Kind.ASKED, Kind.ESCALATED, Kind.HANDOVER, Kind.FALLBACK, Kind.ASSIGNED, Kind.TAKEN, Kind.SEVERITY,
        Kind.RESOLVED, Kind.CANCELLED, Kind.REOPENED,
    }
)  # fmt: skip


def why(story: Story, now: datetime) -> Message:
    """Who was paged, by what, delivered or not, answered or not; what was skipped; and all that is to come."""
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
        section("\n".join(then)) if (then := _then(story, now)) else None,
        section(_rule(picture)),
        nothing,
        cut,
        *blocks,
    )


def _then(story: Story, now: datetime) -> list[str]:
    """What follows after the next step, if nobody answers."""
    found = situation.main_run(story.picture)
    if found is None or not story.ahead:
        return []
    lines = [f"{at(step.at, now)}  {_planned(step, found)}" for step in story.ahead]
    if story.again is not None:
        lines.append(f"…and again every {duration(story.again)} until somebody acks.")
    return ["*Then, if nobody answers:*", *lines]


def _planned(step: NextStep, run: RunPicture) -> str:
    names = series([escape(one_line(person.name)) for person in step.people])
    if not names:
        return "nobody can be reached; Tocsin looks again every minute"
    if step.handover:
        return f"{names}, who {'comes' if len(step.people) == 1 else 'come'} on call"
    return f"{names} ({situation.place(step, run.run)})"


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
    shown = story.picture
    lines += [(paged.page.created_at, 1, page_line(shown, run, paged, now)) for run, paged in _pages(shown)]
    return [text for _, _, text in sorted(lines, key=lambda one: one[:2])]


def page_line(picture: Picture, run: RunPicture, paged: Paged, now: datetime) -> str:
    """`03:05  📟 Alice Chen (Slack delivered, SMS sent) was paged: tier 1, cycle 1. No answer yet.`"""
    person = situation.paged_person(paged, now)
    place, answer = _place(picture, run, paged), _answer(picture, run, paged, now)
    return f"{at(paged.page.created_at, now)}  📟 {person} was paged: {place}. {answer}"


def _place(picture: Picture, run: RunPicture, paged: Paged) -> str:
    if run.run.kind is RunKind.NOTIFY:
        return f"as {escape(one_line(run.run.policy.name))}, whom the severity names"
    if run.run.kind is RunKind.PAGE:
        asker = run.run.asked_by_id
        return "by hand" + (f", as {situation.name(picture, asker)} asked" if asker is not None else "")
    decision = step_at(run.run.policy, paged.page.step, paged.page.created_at)
    if decision.tier == 0:
        return "everybody at once" if run.run.policy.executive is None else "the fallback"
    return f"tier {decision.tier}, cycle {decision.cycle}"


def _answer(picture: Picture, run: RunPicture, paged: Paged, now: datetime) -> str:
    page = paged.page
    when = f" {at(page.answered_at, now)}" if page.answered_at is not None else ""
    by = f" ({escape(source(page.answer_source))})" if page.answer_source else ""
    return {
        PageState.OPEN: "No answer yet.",
        PageState.ACKED: f"Acked{when}{by}.",
        PageState.DECLINED: f"Declined{when}{by}.",
        PageState.SUPERSEDED: "Replaced by a newer page.",
        PageState.ENDED: f"Ended{when} without their answer{_stopped(picture, run.run)}.",
    }[page.state]


def _stopped(picture: Picture, run: Run) -> str:
    """Why a run asks for nothing any more."""
    if run.state is RunState.ACKED:
        return f": {situation.name(picture, run.acked_by_id)} acked"
    return f": {escape(one_line(run.ended_reason))}" if run.state is RunState.ENDED and run.ended_reason else ""
