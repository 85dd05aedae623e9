"""What the log of an incident adds up to: times to ack and to resolve, what went well, gaps, and what to mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import NOTIFIER_OF, RowState
from bot.domain.incident import Status
from bot.domain.picture import Story
from bot.domain.receipts import Reach
from bot.domain.timeline import Event, Kind
from bot.views import facts, links, words
from bot.views.words import NOTIFIERS, after, count, duration, series, strings, times

_EXACT = timedelta(days=1)  # from here on nobody misses the seconds
_SUGGESTED = 5  # actions at most, so that people still write their own
#: The call came through, and there is nothing to repair: nobody took it, or nobody said that they have it.
_RANG = frozenset({Reach.BUSY, Reach.NO_ANSWER, Reach.VOICEMAIL, Reach.HUNG_UP, Reach.CALLED_OFF, Reach.UNCLEAR})


@dataclass(frozen=True, slots=True)
class Ack:
    """The first ack. `who` is raw."""

    who: str
    after: timedelta
    source: str
    at: datetime


def first_ack(story: Story) -> Ack | None:
    """The first ack of the incident; what MTTA is made of."""
    incident = story.picture.incident
    for event in story.events:
        if event.kind in (Kind.ACKED, Kind.TAKEN):
            source = words.source(str(event.data.get("source") or "take"))
            who = facts.who(event, story.picture.people)
            return Ack(who, event.at - incident.declared_at, source, event.at)
    if incident.acked_at is not None:
        return Ack("Somebody", incident.acked_at - incident.declared_at, "", incident.acked_at)
    return None


def time_to_resolve(story: Story) -> timedelta | None:
    """From the declaration to the end; None while it is open."""
    incident = story.picture.incident
    return incident.resolved_at - incident.declared_at if incident.resolved_at else None


def target(took: timedelta | None, promised: timedelta | None) -> str:
    """`target 5 min: met`; empty where no target is set."""
    if promised is None:
        return ""
    met = "met" if took is not None and took <= promised else "missed"
    return f"target {duration(promised)}: {met}"


def spent(took: timedelta, promised: timedelta | None, *, exact: bool = False) -> str:
    """How long it took; to the second where minutes would look like the target that was missed, or where asked for."""
    if exact and took < _EXACT:
        rest = f"{took.seconds % 60} s"
        return f"{duration(took)} {rest}" if took >= timedelta(minutes=1) else rest
    if promised is None or took <= promised or duration(took) != duration(promised):
        return duration(took)
    seconds = int((took - promised).total_seconds())
    return f"{duration(took)} {seconds} s" if 0 < seconds < 60 else f"just over {duration(took)}"


def beside(story: Story) -> bool:
    """Whether one of the figures that stand side by side is shown to the second: then the others are too."""
    ack, severity = first_ack(story), story.picture.severity
    pairs = [(ack.after if ack else None, severity.response), (time_to_resolve(story), severity.resolution)]
    return any(took is not None and spent(took, promised) != duration(took) for took, promised in pairs)


def mitigated_at(story: Story) -> datetime | None:
    """When the status first said that the damage was being stopped."""
    calm = (Status.MITIGATING.value, Status.MONITORING.value)
    return next((one.at for one in story.events if one.kind is Kind.STATUS and one.data.get("to") in calm), None)


def _of(story: Story, kind: Kind) -> list[Event]:
    return [event for event in story.events if event.kind is kind]


def went_well(story: Story) -> list[str]:
    """What the log praises; raw."""
    severity, ack, took = story.picture.severity, first_ack(story), time_to_resolve(story)
    found = []
    if ack is not None and severity.response is not None and ack.after <= severity.response:
        found.append(f"Acked {after(ack.after)}; the target is {duration(severity.response)}.")
    if took is not None and severity.resolution is not None and took <= severity.resolution:
        found.append(f"Resolved {after(took)}; the target is {duration(severity.resolution)}.")
    updates = len(_of(story, Kind.UPDATE))
    if updates:
        found.append(f"{count(updates, 'status update')} kept people informed.")
    return found


def gaps(story: Story) -> list[str]:
    """What cost time or was missing, by the log; raw, and without names."""
    severity, ack, took = story.picture.severity, first_ack(story), time_to_resolve(story)
    found = []
    if severity.response is not None and severity.pages and (ack is None or ack.after > severity.response):
        late = f"It was acked after {spent(ack.after, severity.response)}" if ack else "It was never acked"
        found.append(f"{late}; the target is {duration(severity.response)}.")
    if took is not None and severity.resolution is not None and took > severity.resolution:
        spell = spent(took, severity.resolution)
        found.append(f"It took {spell} to resolve; the target is {duration(severity.resolution)}.")
    found += _paging_gaps(story)
    if severity.commander and not _of(story, Kind.ROLE_GIVEN):
        found.append(f"Nobody commanded, though {severity.name} needs a commander.")
    if severity.pages and not _of(story, Kind.UPDATE):
        found.append("No status update was posted.")
    return found


def _paging_gaps(story: Story) -> list[str]:
    found = []
    late = [one for one in _of(story, Kind.ESCALATED) if one.data.get("reason") == "timeout"]
    late += _of(story, Kind.FALLBACK)
    if late:
        found.append(f"Paging had to go a step further {times(len(late))}, because nobody had acked in time.")
    if undelivered(story):
        found.append(f"Pages could not be delivered by {series(undelivered(story))}.")
    if doubtful(story):
        found.append(f"{count(doubtful(story), 'page')} may have been sent twice, because the answer was lost.")
    found += [f"Nobody could be paged for {targets}." for targets in skipped(story)]
    if _of(story, Kind.NOBODY):
        found.append("For a while nobody anywhere could be paged.")
    return found


def undelivered(story: Story) -> list[str]:
    """Notifiers that failed; a phone that rang did not."""
    failed = [one for one in _of(story, Kind.PAGE_FAILED) if one.data.get("reason") not in _RANG]
    names = [str(one.data.get("notifier") or "") for one in failed]
    return list(dict.fromkeys(NOTIFIERS.get(name, name) for name in names if name))


def doubtful(story: Story) -> int:
    """Deliveries that may have happened twice."""
    rows = [row for run in story.picture.runs for paged in run.paged for row in paged.deliveries]
    return sum(
        row.effect in NOTIFIER_OF and row.state is RowState.SENT and row.result.get("repeat") is True for row in rows
    )


def skipped(story: Story) -> list[str]:
    """The targets of tiers that were skipped, once each; raw."""
    people = story.picture.people
    named = [
        series([facts.target_name(target, people) for target in strings(event.data.get("targets"))])
        for event in _of(story, Kind.TIER_SKIPPED)
    ]
    return list(dict.fromkeys(named))


def suggestions(story: Story) -> list[str]:
    """Actions that the log itself calls for; raw."""
    found = [f"Make sure that somebody can always be paged for {targets}." for targets in skipped(story)]
    found += [f"Repair paging by {name}: addresses, accounts or the provider." for name in undelivered(story)]
    if not links.runbook(story.picture) and story.picture.incident.service:
        found.append(f"Write a runbook for {story.picture.incident.service}, and name it in the posture.")
    return found[:_SUGGESTED]
