"""The form that makes a schedule in Slack, or changes one that was made there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.oncall import ActiveHours, Origin, Rotation, Schedule
from bot.domain.oncall.hours import read_hours
from bot.domain.people import Actor, Person
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed, check_admin
from bot.domain.spelling import nearest
from bot.domain.walltime import moment, on_wall
from bot.usecases import people, rotas
from bot.views import names, shift_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View
from modals.shifts import member

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,58}[a-z0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    name: str  # empty where one is changed
    slack_ids: tuple[str, ...]
    period: timedelta
    weekday: int
    clock: time
    zone: str
    hours: ActiveHours | None = None
    team: str | None = None


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """Empty, or what the schedule is now. Refuses whoever may not, and what is declared elsewhere."""
    person = member(by)
    check_admin(by)
    teams = sorted(desk.bot.posture().teams, key=str.casefold)
    if not opened.schedule:
        empty = Rotation((), timedelta(days=7), zone=person.zone)
        return shift_forms.schedule_form("", empty, (), opened.write(), teams)
    known = _changeable(desk, opened.schedule)
    rotation = _only(known)
    found = await _members(desk, rotation)
    ids = [one.slack_id for one in found if one.slack_id]
    return shift_forms.schedule_form(opened.schedule, rotation, ids, opened.write(), teams, known.team)


def _changeable(desk: Desk, name: str) -> Schedule:
    known = desk.bot.posture().schedules
    if name not in known:
        raise Refusal("unknown_schedule", given=name, nearest=nearest(name, known) or "")
    if known[name].origin is not Origin.SLACK:
        raise Refusal("comes_from", schedule=name, origin=known[name].origin.value)
    return known[name]


def _only(schedule: Schedule) -> Rotation:
    """What this form makes has one layer."""
    return next(layer for layer in schedule.layers if isinstance(layer, Rotation))


async def _members(desk: Desk, rotation: Rotation) -> list[Person]:
    """In their order."""
    handles = {one for one in rotation.members if not one.startswith("#")}
    by_handle = await people.by_handles(desk.bot, handles)
    by_id = await people.many(desk.bot, {int(one[1:]) for one in rotation.members if one.startswith("#")})
    found = [by_id.get(int(one[1:])) if one.startswith("#") else by_handle.get(one) for one in rotation.members]
    return [one for one in found if one is not None]


def read(values: Values) -> Form | Errors:
    """A name is asked for only where one is made."""
    errors: dict[str, Refusal] = {}
    name, zone = values.text(names.IN_NAME).casefold(), values.text(names.IN_ZONE)
    if values.has(names.IN_NAME) and not _NAME.fullmatch(name):
        errors[names.IN_NAME] = Refusal("bad_schedule_name", given=name)
    slack_ids = values.persons(names.IN_MEMBERS)
    if not slack_ids:
        errors[names.IN_MEMBERS] = Refusal("no_members")
    if zone not in available_timezones():
        errors[names.IN_ZONE] = Refusal("unknown_zone", given=zone)
    typed = values.text(names.IN_HOURS)
    hours = read_hours(typed)
    if typed and hours is None:
        errors[names.IN_HOURS] = Refusal("bad_hours", given=typed)
    team = values.choice(names.IN_TEAM).removeprefix(names.NO_TEAM) or None
    period = timedelta(days=int(values.choice(names.IN_PERIOD) or 7))
    weekday = int(values.choice(names.IN_WEEKDAY) or 0)
    return errors or Form(name, slack_ids, period, weekday, values.clock(names.IN_CLOCK), zone, hours, team)


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Changed:
    check_admin(by)
    before = _only(_changeable(desk, opened.schedule)) if opened.schedule else None
    name = opened.schedule or form.name
    if before is None and name in desk.bot.posture().schedules:
        raise Refusal("schedule_exists", schedule=name)
    found = [await desk.find(slack_id) for slack_id in form.slack_ids]
    rotation = _rotation(form, tuple(one.handle or f"#{one.id}" for one in found), before, desk.now)
    made = Schedule(name, (rotation,), team=form.team, origin=Origin.SLACK)
    return await rotas.keep(desk.bot, made, by, desk.now)


def _rotation(form: Form, members: tuple[str, ...], before: Rotation | None, now: datetime) -> Rotation:
    """The first member has the turn that runs now; a change of members alone leaves the turns where they are."""
    weekday = form.weekday if form.period >= timedelta(weeks=1) else None
    since = handoff_before(form.clock, weekday, ZoneInfo(form.zone), now)
    made = Rotation(members, form.period, form.clock, weekday, form.zone, start=since, active=form.hours)
    if before is None or _times(before) != _times(made):
        return made
    return replace(made, start=before.start)


def _times(rotation: Rotation) -> tuple[object, ...]:
    return rotation.period, rotation.handoff_time, rotation.handoff_weekday, rotation.zone


def handoff_before(clock: time, weekday: int | None, zone: ZoneInfo, now: datetime) -> datetime:
    """The last moment up to now at which the clock on the wall said so, on that weekday or on any."""
    day = on_wall(now, zone).date()
    for back in range(9):
        date = day - timedelta(days=back)
        at = moment(datetime.combine(date, clock), zone)
        if at <= now and weekday in (None, date.weekday()):
            return at.astimezone(UTC)
    raise AssertionError("every weekday comes within eight days")


MODAL = Modal(names.FORM_SCHEDULE, view, read, submit)
