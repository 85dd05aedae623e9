"""Grafana OnCall's export, as its HTTP API has it: users, teams, schedules, shifts, escalation chains, integrations.

https://grafana.com/docs/oncall/latest/oncall-api-reference: of shifts that overlap the higher level is on call, and
those of one level together. A chain's steps stand in `escalation_policies`, in order of their position.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from posture.importing import policies, turns
from posture.importing.draft import Draft, Person, Schedule, Service, Tier, Turns, unique
from posture.importing.export import Export, Json, items, number, part, text, words
from posture.importing.recurring import rotations

_REPEATS: Final = 5  # of the step `repeat_escalation`, at most
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,30}")
_LAST: Final = timedelta(minutes=15)
_UNSAID: Final = {
    "notify_whole_channel": "notifies a whole channel",
    "trigger_webhook": "triggers a webhook",
    "trigger_action": "triggers a webhook",
    "resolve": "resolves by itself",
    "notify_if_time_from_to": "goes on only at some times of the day",
    "notify_if_num_alerts_in_window": "goes on only after several alerts",
    "declare_incident": "declares an incident",
}


def draft(export: Export, now: datetime) -> Draft:
    """What an export comes to."""
    made = Draft("Grafana OnCall")
    made.note("", "", policies.FALLBACK.format(source="Grafana OnCall"))
    made.note("", "", policies.RULES)
    if export["integrations"]:
        made.note(
            "services",
            "",
            "Of each integration only the default route was carried over; others go into `alerts: routes:`.",
        )
    if export["users"]:
        made.note(
            "people", "", "The API of Grafana OnCall names no phone numbers: add them, or let people do it in Slack."
        )
    for user in export["users"]:
        slack = next((text(one, "user_id") for one in items(user, "slack")), "")
        name = text(user, "name", "username", "email")
        made.person(text(user, "id"), Person(name, slack, text(user, "email"), "", text(user, "timezone")))
    for team in export["teams"]:
        _team(made, team, export)
    for schedule in export["schedules"]:
        _schedule(made, schedule, export, now)
    for chain in export["escalation_chains"]:
        _policy(made, chain, export)
    for integration in export["integrations"]:
        _service(made, integration)
    return made


def _team(made: Draft, team: Json, export: Export) -> None:
    number_of = text(team, "id")
    name = made.name("teams", text(team, "name"), number_of)
    members = [text(user, "id") for user in export["users"] if number_of in words(user, "teams")]
    handles = unique(handle for member in members for handle in made.of("people", member))
    if handles:
        made.teams[name] = handles
        made.know("teams", number_of, name)
    else:
        made.note("teams", name, f"The team `{name}` has nobody in this export, and was left out.")


def _schedule(made: Draft, schedule: Json, export: Export, now: datetime) -> None:
    number_of = text(schedule, "id")
    name = made.name("schedules", text(schedule, "name"), number_of)
    zone = made.zone("schedules", name, text(schedule, "time_zone") or "UTC")
    team, group = made.one("teams", text(schedule, "team_id")), text(part(schedule, "slack"), "user_group_id")
    if text(schedule, "ical_url_overrides"):
        made.note("schedules", name, "Its calendar of overrides was left out; make them here with /oncall override.")
    if group and not _GROUP.fullmatch(group):
        group = ""
    if address := text(schedule, "ical_url_primary"):
        if not address.startswith(("https://", "http://")):
            made.note("schedules", name, f"The address of the calendar of `{name}` cannot be read; it was left out.")
            return
        made.schedules[name] = Schedule(team, source=address, zone=zone, user_group=group)
        made.know("schedules", number_of, name)
        return
    wanted = words(schedule, "shifts")
    shifts = [one for one in export["on_call_shifts"] if text(one, "id") in wanted]
    if len(shifts) < len(set(wanted)):
        made.note("schedules", name, "Some of its shifts are not in the export, and were left out.")
    levels: dict[int, list[Turns]] = {}
    for shift in shifts:
        levels.setdefault(number(shift, "level"), []).extend(rotations(made, name, zone, shift, now))
    turns.put(made, name, number_of, team, [levels[level] for level in sorted(levels)], group)


def _policy(made: Draft, chain: Json, export: Export) -> None:
    number_of = text(chain, "id")
    name = made.name("policies", text(chain, "name"), number_of)
    steps = [one for one in export["escalation_policies"] if text(one, "escalation_chain_id") == number_of]
    tiers: list[tuple[list[str], timedelta]] = []
    repeat = 0
    for step in sorted(steps, key=lambda one: number(one, "position")):
        kind = text(step, "type")
        if kind == "wait":
            wait = timedelta(seconds=number(step, "duration"))
            if tiers:
                tiers[-1] = (tiers[-1][0], tiers[-1][1] + wait)
            else:
                made.note("policies", name, "It waits before it pages anybody there; here it pages at once.")
        elif kind == "repeat_escalation":
            repeat = _REPEATS
        elif targets := _targets(made, name, step, export):
            if not tiers or tiers[-1][1]:
                tiers.append(([], timedelta(0)))
            tiers[-1][0].extend(targets)
    if tiers and not tiers[-1][1]:
        tiers[-1] = (tiers[-1][0], tiers[-2][1] if len(tiers) > 1 else _LAST)
    policies.put(made, name, number_of, [Tier(tuple(targets), wait) for targets, wait in tiers], repeat)


def _targets(made: Draft, policy: str, step: Json, export: Export) -> list[str]:
    kind = text(step, "type")
    if kind in _UNSAID:
        made.note("policies", policy, f"A step of it {_UNSAID[kind]}; that was left out.")
        return []
    if kind == "notify_user_group":
        return _user_group(made, policy, step, export)
    lists = {
        "notify_persons": ("people", words(step, "persons_to_notify")),
        "notify_person_next_each_time": ("people", words(step, "persons_to_notify_next_each_time")),
        "notify_on_call_from_schedule": ("schedules", [text(step, "notify_on_call_from_schedule")]),
        "notify_team_members": ("teams", [text(step, "notify_team_members", "team_to_notify")]),
    }
    section, wanted = lists.get(kind, ("", []))
    found = [made.target(section, name) for one in wanted for name in made.of(section, one)]
    if not wanted or not all(made.of(section, one) for one in wanted):
        made.note("policies", policy, f"A step of it (`{kind}`) names what is not carried over; that was left out.")
    if kind == "notify_person_next_each_time" and len(found) > 1:
        made.note("policies", policy, "A step of it pages one after the other, each time the next; here all of them.")
    return found


def _user_group(made: Draft, policy: str, step: Json, export: Export) -> list[str]:
    """A Slack user group; the export knows its id in Slack only where it holds the groups."""
    wanted = text(step, "group_to_notify")
    for one in export["user_groups"]:
        if text(one, "id") == wanted and (slack := text(part(one, "slack"), "id")):
            return [f"user-group {slack}"]
    made.note("policies", policy, "A step of it pages a user group that is not in the export; that was left out.")
    return []


def _service(made: Draft, integration: Json) -> None:
    number_of = text(integration, "id")
    name = made.name("services", text(integration, "name"), number_of)
    policy = made.one("policies", text(part(integration, "default_route"), "escalation_chain_id"))
    if not policy:
        made.note("services", name, "Its default route names no chain that was carried over: name a policy.")
    made.service(name, Service(made.one("teams", text(integration, "team_id")), policy))
