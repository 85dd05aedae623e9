"""Lines of `/oncall` about schedules: shown, changed, or answered with the form that asks for the rest."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.people import Actor, Person
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.domain.spelling import nearest
from bot.usecases import people, pictures, readiness, rota_pictures, rotas, shifts, swaps
from bot.views import oncall as views
from bot.views import rota, schedules
from bot.views.message import Message, say
from commands import fairness
from commands import oncall_lines as lines
from commands.asking import Asked
from commands.boundary import Boundary, Build
from commands.oncall_lines import OncallVerb, RotaLine
from commands.times import resolve, resolve_span
from modals import away, cover, handoff, override, schedule, swap
from modals.modal import Modal, Opened, View
from modals.shifts import proposed


def form(edge: Boundary, line: RotaLine, asked: Asked) -> Build | None:
    """The form that asks for what the line leaves out; None where it says everything."""
    match line:
        case lines.Design():
            return opening(edge, schedule.MODAL, line.schedule, asked)
        case lines.Override() if not (line.schedule and line.slack_id and line.span):
            return opening(edge, override.MODAL, line.schedule, asked)
        case lines.Handoff() if not (line.schedule and line.slack_id):
            return opening(edge, handoff.MODAL, line.schedule, asked)
        case lines.AskSwap():
            return opening(edge, swap.MODAL, line.schedule, asked)
        case lines.AskCover() if not (line.schedule and line.span):
            return opening(edge, cover.MODAL, line.schedule, asked)
        case lines.Away() if not (line.span or line.shown):
            return opening(edge, away.MODAL, "", asked)
    return None


def opening(edge: Boundary, modal: Modal[Any], schedule: str, asked: Asked, number: int | None = None) -> Build:
    """One of the forms about shifts, for a schedule or a request."""

    async def build(by: Actor) -> View:
        return await modal.view(edge.desk, Opened(number, asked.channel, schedule=schedule), by)

    return build


async def act(edge: Boundary, line: RotaLine, by: Actor) -> Message:
    """What the line says, done or shown."""
    assert by.person is not None
    match line:
        case lines.Look():
            return await _look(edge, line, by.person)
        case lines.Fairness():
            name = _known(edge, line.schedule) if line.schedule else await _mine(edge, by.person)
            loads = await rotas.fairness(edge.bot, name, line.days, edge.bot.clock.now())
            known = await people.many(edge.bot, loads)
            if loads:
                edge.tasks.spawn(fairness.send(edge, by.person, name, line.days, loads, known))
            return schedules.fairness(name, line.days, loads, known)
        case _:
            return say(rota.changed(await _change(edge, line, by), edge.bot.clock.now()))


async def _change(edge: Boundary, line: RotaLine, by: Actor) -> Changed:
    bot, now = edge.bot, edge.bot.clock.now()
    zone = ZoneInfo(by.person.zone) if by.person else ZoneInfo("UTC")
    match line:
        case lines.Override(schedule=schedule, slack_id=slack_id, span=span) if span is not None:
            person = await edge.person(slack_id)
            return await shifts.override(bot, schedule, person.id, *resolve_span(span, zone, now), by, now)
        case lines.Handoff(schedule=schedule, slack_id=slack_id, at=at):
            person = await edge.person(slack_id)
            return await shifts.handoff(bot, schedule, person.id, by, now, resolve(at, zone, now) if at else None)
        case lines.AskCover(schedule=schedule, span=span) if span is not None:
            return await swaps.cover(bot, schedule, *resolve_span(span, zone, now), by, now)
        case lines.Extend(schedule=schedule, weeks=weeks):
            return await rotas.extend(bot, by, now, schedule or None, weeks)
        case lines.Regenerate(schedule=schedule, since=since):
            return await rotas.regenerate(bot, schedule, resolve(since, zone, now), by, now)
        case lines.Switch(schedule=schedule, on=True):
            return await rotas.activate(bot, schedule, by, now)
        case lines.Switch(schedule=schedule):
            return await rotas.deactivate(bot, schedule, by, now)
    raise AssertionError(f"a line without its form: {line}")


async def _look(edge: Boundary, line: lines.Look, person: Person) -> Message:
    bot, now = edge.bot, edge.bot.clock.now()
    name = _known(edge, line.schedule) if line.schedule else ""
    if line.verb is OncallVerb.GAPS:
        found = [gap for gap in await readiness.gaps(bot, now) if name in ("", gap.schedule, gap.other)]
        return schedules.gaps(found, await people.many(bot, {gap.person_id for gap in found}), now)
    if line.verb is OncallVerb.SCHEDULE:
        return await shown(edge, name or await _mine(edge, person))
    answers, known = await pictures.on_call(bot, now)
    asked_for = [one for one in answers if name in ("", one.schedule)]
    if line.verb is OncallVerb.NEXT and asked_for:
        return schedules.upcoming(asked_for, known, now)
    return views.on_call(asked_for, known, now)


async def shown(edge: Boundary, name: str) -> Message:
    """One schedule as it is for the next 14 days."""
    bot, now = edge.bot, edge.bot.clock.now()
    found = await rota_pictures.picture(bot, name, now, now + schedules.SHOWN)
    return schedules.schedule(found.schedule, found.held, found.people, found.gaps, now, found.trouble)


def _known(edge: Boundary, name: str) -> str:
    """A schedule by its name, whichever way it is capitalised."""
    known = {one.casefold(): one for one in edge.bot.posture().schedules}
    if name.casefold() not in known:
        raise Refusal("unknown_schedule", given=name, nearest=nearest(name, known.values()) or "")
    return known[name.casefold()]


async def _mine(edge: Boundary, person: Person) -> str:
    """Without a name the schedule is the person's own."""
    return await proposed(edge.desk, "", person)
