"""The subcommand `simulate`: who would be paged, when and by what, from a posture alone; nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from cli import FOUND_BAD, IMPOSSIBLE, WORKED
from cli.asked import Unclear, When, moment_of, notifiers_of, posture_of, unknown

if TYPE_CHECKING:
    from bot.domain.plan import Choice, Planned
    from bot.domain.simulation import Simulation


def simulate(
    *,
    service: Annotated[
        str, Parameter(help="The service that breaks. Default: the posture's.", show_default=False)
    ] = "",
    severity: Annotated[str, Parameter(help="Such as sev1 or P1. Default: the posture's.", show_default=False)] = "",
    at: Annotated[
        str, Parameter(help='When, such as "2026-03-29T02:17 Europe/Berlin". Default: now, in UTC.', show_default=False)
    ] = "",
    posture: Annotated[Path | None, Parameter(help="A file or folder. Default: the one in the settings.")] = None,
    notifiers: Annotated[
        str, Parameter(help="Those that are configured, with + between them. Default: all.", show_default=False)
    ] = "",
    format: Annotated[Literal["text", "json"], Parameter(help="How it is printed.")] = "text",
) -> int:
    """Say who would be paged if nobody ever answered: when, by what, through every tier and cycle.

    Reads only the posture: no database, no Slack. Overrides, personal rules and who is in a user group are not in it.
    Exits with 1 where nobody can be reached at first, 2 where it cannot be said.
    """
    try:
        when = moment_of(at)
        made, known = _made(posture, service, severity, when, notifiers)
    except Unclear as unclear:
        print(unclear)
        return IMPOSSIBLE
    if format == "json":
        print(json.dumps(as_json(made, known), indent=2, ensure_ascii=False))
    else:
        from bot.views.simulated import report

        print(report(made, when.zone, known, when.note))
    return WORKED if made.events and made.events[0].choice.decision is not None else FOUND_BAD


def _made(
    path: Path | None, service: str, severity: str, when: When, notifiers: str
) -> tuple[Simulation, frozenset[str]]:
    from bot.domain import severity as sev
    from bot.domain.simulation import simulate as simulated

    posture, delay = posture_of(path)
    name = service or posture.default_service
    if name not in posture.services:
        raise Unclear(unknown("service", name, list(posture.services)))
    given = sev.canonical(severity or posture.default_severity)
    rules = posture.severity_for(given, name) if given else None
    if rules is None:
        raise Unclear(unknown("severity", severity, list(posture.severities)))
    known = notifiers_of(notifiers)
    return simulated(posture, name, rules, when.at, delay, known), known


def as_json(made: Simulation, known: frozenset[str]) -> dict[str, Any]:
    """The same for programs; times are in UTC, spans in seconds."""
    return {
        "service": made.service,
        "severity": made.severity.name,
        "urgency": made.severity.urgency.value,
        "pages": made.severity.pages,
        "at": made.at.isoformat(),
        "policy": made.policy.name,
        "events": [_event(made, event, known) for event in made.events],
        "told": [{"position": name, "people": _people(made, choice, known)} for name, choice in made.told],
        "repeats_every": made.again.total_seconds() if made.again else None,
    }


def _event(made: Simulation, event: Planned, known: frozenset[str]) -> dict[str, Any]:
    decision = event.choice.decision
    return {
        "at": event.at.isoformat(),
        "after": (event.at - made.at).total_seconds(),
        "kind": "nobody" if decision is None else "handover" if event.handover else "step",
        "tier": decision.tier if decision else None,
        "cycle": decision.cycle if decision else None,
        "fallback": decision is not None and decision.tier == 0,
        "people": _people(made, event.choice, known),
        "skipped": [
            {
                "tier": one.decision.tier,
                "targets": [found.target.name for found in one.found],
                "reasons": one.reasons,
            }
            for one in event.choice.skipped
        ],
    }


def _people(made: Simulation, choice: Choice, known: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": person.name,
            "handle": person.handle,
            "target": {"kind": target.kind.value, "name": target.name, "offset": target.offset},
            "deliveries": [
                {"notifier": rule.notifier, "after": rule.delay.total_seconds()}
                for rule in made.rules(choice, person, known)
            ],
        }
        for person, target in choice.people.items()
    ]
