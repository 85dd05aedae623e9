"""PagerDuty's export, as its REST API v2 has it: users, teams, schedules, escalation policies, services.

https://developer.pagerduty.com/api-reference: turns count from a layer's `rotation_virtual_start`, and of its layers
the API names the uppermost first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from posture.importing import policies, turns
from posture.importing.draft import Draft, Person, Schedule, Service, Tier, Turns, unique, wall
from posture.importing.export import Export, Json, items, number, part, text

_PHONES: Final = ("phone_contact_method", "sms_contact_method")
_KINDS: Final = {"user": "people", "schedule": "schedules"}
_CLOCK: Final = re.compile(r"([0-2]?[0-9]):([0-5][0-9])(?::[0-9]{2})?")


def draft(export: Export, now: datetime) -> Draft:
    """What an export comes to."""
    made = Draft("PagerDuty")
    made.note("", "", policies.FALLBACK.format(source="PagerDuty"))
    made.note("", "", policies.RULES)
    for user in export["users"]:
        made.person(text(user, "id"), _person(made, user))
    _teams(made, export)
    for schedule in export["schedules"]:
        _schedule(made, schedule, now)
    for policy in export["escalation_policies"]:
        _policy(made, policy)
    for service in export["services"]:
        _service(made, service, export)
    return made


def _person(made: Draft, user: Json) -> Person:
    numbers = [method for method in items(user, "contact_methods") if _kind(method) in _PHONES]
    numbers.sort(key=lambda method: _PHONES.index(_kind(method)))
    phones = unique(_phone(method) for method in numbers if text(method, "address"))
    if len(phones) > 1:
        made.note("people", "", f"{text(user, 'name')} has {len(phones)} phone numbers; the first was carried over.")
    if numbers and not phones:
        words = "has phone numbers that the export only refers to (export users with `include[]=contact_methods`)"
        made.note("people", "", f"{text(user, 'name')} {words}.")
    return Person(
        text(user, "name", "summary"), "", text(user, "email"), next(iter(phones), ""), text(user, "time_zone")
    )


def _kind(one: Json) -> str:
    return text(one, "type").removesuffix("_reference")


def _phone(method: Json) -> str:
    return f"+{text(method, 'country_code') or 1}" + re.sub(r"[^0-9]", "", text(method, "address"))


def _teams(made: Draft, export: Export) -> None:
    for team in export["teams"]:
        members = [text(part(one, "user") or one, "id") for one in items(team, "members")]
        number_of = text(team, "id")
        members += [
            text(user, "id")
            for user in export["users"]
            if number_of in (text(one, "id") for one in items(user, "teams"))
        ]
        handles = unique(handle for member in members for handle in made.of("people", member))
        name = made.name("teams", text(team, "name", "summary"), number_of)
        if handles:
            made.teams[name] = handles
            made.know("teams", number_of, name)
        else:
            made.note("teams", name, f"The team `{name}` has nobody in this export, and was left out.")


def _team_of(made: Draft, one: Json) -> str:
    return next((name for team in items(one, "teams") for name in made.of("teams", text(team, "id"))), "")


def _schedule(made: Draft, schedule: Json, now: datetime) -> None:
    number_of, name = text(schedule, "id"), made.name("schedules", text(schedule, "name"), text(schedule, "id"))
    zone = made.zone("schedules", name, text(schedule, "time_zone"))
    if "schedule_layers" not in schedule and number_of.isalnum():
        made.note("schedules", name, "The export holds no layers of it, so it is followed in PagerDuty itself.")
        made.schedules[name] = Schedule(_team_of(made, schedule), source=f"pagerduty://{number_of}", zone=zone)
        made.know("schedules", number_of, name)
        return
    layers = [_layer(made, name, zone, layer, now) for layer in reversed(items(schedule, "schedule_layers"))]
    levels = [[layer] for layer in layers if layer is not None]
    if any(
        (end := wall(text(one, "end"), "UTC")) and end > now.replace(tzinfo=None)
        for one in items(schedule, "overrides")
    ):
        made.note("schedules", name, "Its overrides were left out; make them here with /oncall override.")
    turns.put(made, name, number_of, _team_of(made, schedule), levels)


def _layer(made: Draft, name: str, zone: str, layer: Json, now: datetime) -> Turns | None:
    what = f"The layer `{text(layer, 'name') or text(layer, 'id')}`"
    users = [text(part(one, "user") or one, "id") for one in items(layer, "users")]
    members = [handle for user in users for handle in made.of("people", user)]
    if len(members) < len(users):
        made.note(
            "schedules", name, f"{what} names people who are not in the export; the turns of the others moved up."
        )
    first = wall(text(layer, "rotation_virtual_start") or text(layer, "start"), zone)
    if first is None:
        made.note("schedules", name, f"{what} has no start that can be read and was left out.")
        return None
    period = timedelta(seconds=number(layer, "rotation_turn_length_seconds"))
    hours = turns.hours(_stretches(items(layer, "restrictions")))
    found = Turns(tuple(members), period, first, zone, wall(text(layer, "end"), zone), hours)
    if turns.over(found, now) or not turns.possible(made, name, what, found):
        return None
    return _begun(made, name, what, found, wall(text(layer, "start"), zone) or first, now)


def _begun(made: Draft, name: str, what: str, found: Turns, begins: datetime, now: datetime) -> Turns:
    """A layer that begins later than its turns, or before, begins with the turn that is on then."""
    turn = (begins - found.start) // found.period
    if turn == 0 or (turn > 0 and begins < now.replace(tzinfo=None) - turns.DAY):
        return found
    start, shift = found.start + turn * found.period, turn % len(found.members)
    if start != begins:
        made.note("schedules", name, f"{what} begins at {begins:%Y-%m-%d %H:%M} there, and with its turn here.")
    members = found.members[shift:] + found.members[:shift]
    return Turns(members, found.period, start, found.zone, found.end, found.windows)


def _stretches(restrictions: list[Json]) -> Iterator[turns.Stretch]:
    for one in restrictions:
        match = _CLOCK.match(text(one, "start_time_of_day"))
        start = int(match[1]) * 60 + int(match[2]) if match else 0
        length = number(one, "duration_seconds") // 60
        daily = text(one, "type") == "daily_restriction"
        days = range(7) if daily else [number(one, "start_day_of_week", 1) - 1]
        if length > 0:
            yield from ((day, start, length) for day in days)


def _policy(made: Draft, policy: Json) -> None:
    name = made.name("policies", text(policy, "name"), text(policy, "id"))
    tiers = []
    for rule in items(policy, "escalation_rules"):
        targets = [one for target in items(rule, "targets") for one in _targets(made, name, target)]
        delay = timedelta(minutes=number(rule, "escalation_delay_in_minutes", 30))
        tiers.append(Tier(tuple(targets), delay))
        if text(rule, "escalation_rule_assignment_strategy") == "round_robin" or (
            text(part(rule, "escalation_rule_assignment_strategy"), "type") == "round_robin"
        ):
            made.note(
                "policies", name, "One of its levels goes round robin there; here everybody of it is paged at once."
            )
    policies.put(made, name, text(policy, "id"), tiers, number(policy, "num_loops"))


def _targets(made: Draft, policy: str, target: Json) -> list[str]:
    section = _KINDS.get(_kind(target), "")
    found = [made.target(section, name) for name in made.of(section, text(target, "id"))]
    if not found:
        named = text(target, "summary", "name", "id")
        made.note("policies", policy, f"Its target `{named}` is not carried over, and was left out.")
    return found


def _service(made: Draft, service: Json, export: Export) -> None:
    name = made.name("services", text(service, "name"), text(service, "id"))
    if text(service, "status") == "disabled":
        made.note("services", name, f"The service `{name}` is disabled there, and was left out.")
        return
    wanted = text(part(service, "escalation_policy"), "id")
    policy = made.one("policies", wanted)
    if not policy:
        made.note("services", name, "Its escalation policy is not carried over: name one.")
    behind = next((one for one in export["escalation_policies"] if text(one, "id") == wanted), {})
    owner = _team_of(made, service) or _team_of(made, behind)
    made.service(name, Service(owner, policy, text(service, "description")))
    rule = part(service, "incident_urgency_rule")
    if text(rule, "type") == "use_support_hours":
        made.note(
            "services", name, "Its support hours are not carried over: a severity decides how urgent something is."
        )
