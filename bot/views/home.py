"""App Home: my pages, what is open, who is on call now, my shifts and rules. At 3 a.m. the pages come first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.delivery import Page
from bot.domain.incident import Incident, State
from bot.domain.people import PersonId
from bot.domain.picture import Home
from bot.views import absences, home_shifts, listing, names, oncall, own, storms
from bot.views.message import Block, actions, button, context, divider, header, paragraphs, section
from bot.views.words import at, count, cut, duration, escape, one_line

VIEW_BLOCKS = 100  # Slack's limit for a view
_PAGES, _HELD, _INCIDENTS = 8, 5, 15  # how many of each are shown
_BUDGET = 6000  # characters of who is on call


def home(shown: Home, now: datetime) -> dict[str, Any]:
    """The view to publish."""
    mine = own.ways(shown.ways, now).blocks if shown.ways else []
    storm = [context(storms.lasts(shown.storm, now))] if shown.storm else []
    asked = {incident.id for _, incident in shown.pages[:_PAGES]}
    held = [one for one in shown.incidents if _mine(one, shown.person.id) and one.id not in asked][:_HELD]
    above = asked | {one.id for one in held}  # each is shown once
    rest = [one for one in shown.incidents if one.id not in above]
    blocks = [
        *storm,
        *_pages(shown, held, now),
        *(block for one in held for block in _held(one, shown, now)),
        *_incidents(shown, rest, now),
        *_on_call(shown, now),
        *home_shifts.gaps(shown, now),
        *home_shifts.shifts(shown, now),
        *absences.at_home(shown.absences, now),
        *home_shifts.requests(shown, now),
        *mine,
    ]
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


def _mine(incident: Incident, person_id: PersonId) -> bool:
    has_it = incident.state is State.IN_PROGRESS and incident.assignee_id == person_id
    return has_it or incident.commander_id == person_id


def _held(incident: Incident, shown: Home, now: datetime) -> list[Block]:
    """What this person has, with what it lacks."""
    value = names.value(incident.id)
    has_it = incident.assignee_id == shown.person.id
    start = f"You have {incident.name}" if has_it else f"You command {incident.name}"
    ago = duration(now - incident.last_update_at) if incident.last_update_at else ""
    notes = [f"commander: {_commander(incident, shown) or 'nobody'}"] if has_it else []
    notes.append(f"last update {ago} ago" if ago else "no update yet")
    return [
        section(f"*{start}* ({', '.join(notes)})\n{listing.row(incident, shown.severities, now)}"),
        actions(
            button("Update status", names.UPDATE, value, style="primary"),
            button("Escalate", names.ESCALATE, value),
            button("Resolve", names.RESOLVE, value),
            button("Details", names.DETAILS, value),
        ),
    ]


def _commander(incident: Incident, shown: Home) -> str:
    person = shown.people.get(incident.commander_id) if incident.commander_id is not None else None
    return escape(cut(one_line(person.name), 80)) if person else ""


def _pages(shown: Home, held: Sequence[Incident], now: datetime) -> list[Block]:
    if not shown.pages:
        return [] if held else [section("*Nothing is waiting for you.* You have no open pages.")]
    blocks = [header(f"📟 {count(len(shown.pages), 'page')} waiting for you")]
    for page, incident in shown.pages[:_PAGES]:
        blocks += _page(page, incident, shown, now)
    return blocks + _more(len(shown.pages) - _PAGES, "page")


def _page(page: Page, incident: Incident, shown: Home, now: datetime) -> list[Block]:
    value = names.value(incident.id, page.id)
    return [
        section(f"{listing.row(incident, shown.severities, now)}\nPaged {at(page.created_at, now)}"),
        actions(
            button("Ack", names.ACK, value, style="primary"),
            button("Decline", names.DECLINE, value),
            button("Escalate", names.ESCALATE, value),
            button("Why me?", names.WHY, value),
        ),
    ]


def _incidents(shown: Home, rest: Sequence[Incident], now: datetime) -> list[Block]:
    """Those that do not stand above."""
    declare = button("Declare an incident", names.DECLARE, style="danger")
    if not rest:
        return [header("Open incidents"), section("No others." if shown.incidents else "None. 🎉", declare)]
    others = "Other open incidents" if len(rest) < len(shown.incidents) else "Open incidents"
    blocks = [header(f"{others} ({len(rest)})"), actions(declare)]
    for incident in rest[:_INCIDENTS]:
        commander = _commander(incident, shown)
        led = f"\nCommander {commander}" if commander else ""
        details = button("Details", names.DETAILS, names.value(incident.id))
        blocks.append(section(listing.row(incident, shown.severities, now, shown.people) + led, details))
    return blocks + _more(len(rest) - _INCIDENTS, "incident")


def _on_call(shown: Home, now: datetime) -> list[Block]:
    lines = [oncall.line(one, shown.people, now) for one in shown.on_call]
    blocks, _ = paragraphs(
        lines or ["No schedules are declared in the posture, so nobody is on call."], _BUDGET, keep="first"
    )
    return [divider(), header("On call now"), *blocks]


def _more(left: int, word: str) -> list[Block]:
    return [context(f"and {count(left, word)} more")] if left > 0 else []
