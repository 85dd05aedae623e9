"""Opsgenie's export, as its REST API v2 has it: users, teams, schedules with rotations, escalations, services.

https://docs.opsgenie.com/docs/schedule-api: rotations of one schedule are on call beside one another. Delays of an
escalation's rules count from the alert (https://docs.opsgenie.com/docs/escalation-api).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from posture.importing import policies, turns
from posture.importing.draft import Draft, Person, Service, Tier, Turns, unique, wall
from posture.importing.export import Export, Json, items, number, part, text

_UNITS: Final = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
_DELAYS: Final = {"minutes": 1, "hours": 60, "days": 1440}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KINDS: Final = {"user": "people", "schedule": "schedules", "team": "teams"}
_DAY, _WEEK = 24 * 60, 7 * 24 * 60


def draft(export: Export, now: datetime) -> Draft:
    """What an export comes to."""
    made = Draft("Opsgenie")
    made.note("", "", policies.FALLBACK.format(source="Opsgenie"))
    made.note("", "", policies.RULES)
    for user in export["users"]:
        _person(made, user)
    for team in export["teams"]:
        _team(made, team)
    for schedule in export["schedules"]:
        _schedule(made, schedule, now)
    for escalation in export["escalations"]:
        _policy(made, escalation)
    _services(made, export)
    return made


def _person(made: Draft, user: Json) -> None:
    name = text(user, "fullName") or text(user, "username")
    contacts = [one for one in items(user, "userContacts") if text(one, "contactMethod", "method") in ("sms", "voice")]
    phones = unique(_phone(text(one, "to")) for one in contacts if text(one, "to"))
    if len(phones) > 1:
        made.note("people", "", f"{name} has {len(phones)} phone numbers; the first was carried over.")
    if user.get("blocked") is True:
        made.note("people", "", f"{name} is blocked in Opsgenie, and was carried over all the same.")
    person = Person(name, "", text(user, "username"), next(iter(phones), ""), text(user, "timeZone", "timezone"))
    made.person(text(user, "id"), person, also=[text(user, "username")])


def _phone(given: str) -> str:
    """`44-7700900000` is written with the country code first."""
    return "+" + re.sub(r"[^0-9]", "", given)


def _known(made: Draft, section: str, one: Json) -> tuple[str, ...]:
    """By id, else by the name that the API knows it by."""
    keys = [text(one, key) for key in ("id", "username", "name")]
    return next((found for key in keys if (found := made.of(section, key))), ())


def _team(made: Draft, team: Json) -> None:
    name = made.name("teams", text(team, "name"), text(team, "id"))
    members = unique(
        handle for member in items(team, "members") for handle in _known(made, "people", part(member, "user") or member)
    )
    if not members:
        made.note("teams", name, f"The team `{name}` has nobody in this export, and was left out.")
        return
    made.teams[name] = members
    made.know("teams", text(team, "id"), name)
    made.know("teams", text(team, "name"), name)


def _owner(made: Draft, one: Json) -> str:
    return next(iter(_known(made, "teams", part(one, "ownerTeam"))), "") or made.one("teams", text(one, "teamId"))


def _schedule(made: Draft, schedule: Json, now: datetime) -> None:
    name = made.name("schedules", text(schedule, "name"), text(schedule, "id"))
    if schedule.get("enabled") is False:
        made.note("schedules", name, f"The schedule `{name}` is switched off there, and was left out.")
        return
    zone = made.zone("schedules", name, text(schedule, "timezone", "timeZone"))
    found = [_rotation(made, name, zone, one, now) for one in items(schedule, "rotations")]
    if items(schedule, "scheduleOverrideList"):
        made.note("schedules", name, "Its overrides were left out; make them here with /oncall override.")
    turns.put(made, name, text(schedule, "id"), _owner(made, schedule), [[one for one in found if one is not None]])
    made.know("schedules", text(schedule, "name"), *made.of("schedules", text(schedule, "id")))


def _rotation(made: Draft, name: str, zone: str, rotation: Json, now: datetime) -> Turns | None:
    what = f"The rotation `{text(rotation, 'name') or text(rotation, 'id')}`"
    start, unit = wall(text(rotation, "startDate"), zone), _UNITS.get(text(rotation, "type"))
    if start is None or unit is None:
        made.note("schedules", name, f"{what} has no start or length that can be read, and was left out.")
        return None
    participants = items(rotation, "participants")
    people = [one for one in participants if text(one, "type") in ("user", "")]
    members = [handle for one in people for handle in _known(made, "people", one)]
    if len(members) < len(participants):
        words = "has turns of nobody, of teams, escalations or of people who are not in the export"
        made.note("schedules", name, f"{what} {words}; they were left out, and the turns of the others moved up.")
    period = unit * max(1, number(rotation, "length", 1))
    hours = turns.hours(_stretches(part(rotation, "timeRestriction")))
    found = Turns(tuple(members), period, start, zone, wall(text(rotation, "endDate"), zone), hours)
    return found if not turns.over(found, now) and turns.possible(made, name, what, found) else None


def _stretches(restriction: Json) -> Iterator[turns.Stretch]:
    if text(restriction, "type") == "time-of-day":
        for one in (part(restriction, "restriction"), *items(restriction, "restrictions")):
            if one:
                start = _minute(one, "start")
                length = (_minute(one, "end") - start) % _DAY or _DAY
                yield from ((day, start, length) for day in range(7))
        return
    for one in items(restriction, "restrictions"):
        first, last = (_day(text(one, key)) for key in ("startDay", "endDay"))
        start = _minute(one, "start")
        length = (last * _DAY + _minute(one, "end") - first * _DAY - start) % _WEEK or _WEEK
        yield first, start, length


def _minute(one: Json, which: str) -> int:
    return number(one, f"{which}Hour") * 60 + number(one, f"{which}Min")


def _day(given: str) -> int:
    return _DAYS.index(given.lower()) if given.lower() in _DAYS else 0


def _policy(made: Draft, escalation: Json) -> None:
    name = made.name("policies", text(escalation, "name"), text(escalation, "id"))
    by_delay: dict[int, list[str]] = {}
    for rule in items(escalation, "rules"):
        by_delay.setdefault(_delay(rule), []).extend(_targets(made, name, rule))
        if text(rule, "condition") == "if-not-closed":
            made.note(
                "policies", name, "A rule pages there until the alert is closed; here an acknowledgement ends it."
            )
    delays = sorted(by_delay)
    if delays and delays[0] > 0:
        made.note(
            "policies", name, f"It waits {delays[0]} minutes before it pages anybody there; here it pages at once."
        )
    repeat = part(escalation, "repeat")
    waits = [timedelta(minutes=later - sooner) for sooner, later in pairwise(delays)]
    last = number(repeat, "waitInterval")
    waits.append(timedelta(minutes=last) if last > 0 else (waits or [policies.USUAL])[-1])
    tiers = [Tier(tuple(by_delay[delay]), wait) for delay, wait in zip(delays, waits, strict=False)]
    if repeat.get("closeAlertAfterAll") is True:
        made.note("policies", name, "It closes the alert after its last repeat there; here nobody but people resolves.")
    policies.put(made, name, text(escalation, "id"), tiers, number(repeat, "count"))
    made.know("policies", text(escalation, "name"), *made.of("policies", text(escalation, "id")))


def _delay(rule: Json) -> int:
    delay = part(rule, "delay")
    return number(delay, "timeAmount") * _DELAYS.get(text(delay, "timeUnit"), 1) if delay else number(rule, "delay")


def _targets(made: Draft, policy: str, rule: Json) -> list[str]:
    recipient, how = part(rule, "recipient"), text(rule, "notifyType") or "default"
    section = _KINDS.get(text(recipient, "type"), "")
    found = [made.target(section, name) for name in _known(made, section, recipient)]
    named = text(recipient, "name", "username", "id")
    if not found:
        made.note("policies", policy, f"Its recipient `{named}` is not carried over, and was left out.")
    elif section == "schedules" and how == "next":
        return [f"{one} +1" for one in found]
    elif section == "schedules" and how == "previous":
        made.note("policies", policy, f"It pages who was on call before by `{named}`; here whoever is on call.")
    elif section == "teams" and how != "all":
        made.note("policies", policy, f"Of the team `{named}` it pages {_of_team(how)}; here everybody in it.")
    return found


def _of_team(how: str) -> str:
    words = {"admins": "the admins", "users": "the users that are no admins", "random": "one at random"}
    return words.get(how, "whom its routing rules name")


def _services(made: Draft, export: Export) -> None:
    """Services; where there are none, integrations are what alerts come from."""
    by_team = {name: _routed(made, team) for team in export["teams"] for name in made.of("teams", text(team, "id"))}
    for one in export["services"] or export["integrations"]:
        name = made.name("services", text(one, "name"), text(one, "id"))
        if one.get("enabled") is False:
            made.note("services", name, f"The integration `{name}` is switched off there, and was left out.")
            continue
        owner = _owner(made, one)
        policy = by_team.get(owner, "")
        if not policy:
            made.note(
                "services", name, "No routing rule of its team in this export names an escalation: name a policy."
            )
        made.service(name, Service(owner, policy, text(one, "description")))


def _routed(made: Draft, team: Json) -> str:
    """The escalation that a team's default routing rule names."""
    rules = items(team, "teamRoutingRules") or items(team, "routingRules")
    rules.sort(key=lambda rule: rule.get("isDefault") is not True)
    targets = [part(rule, "notify") for rule in rules if text(part(rule, "notify"), "type") == "escalation"]
    if len(rules) > 1:
        for name in made.of("teams", text(team, "id")):
            made.note("teams", name, "Of its routing rules only the default one was carried over.")
    return next((name for target in targets for name in _known(made, "policies", target)), "")
