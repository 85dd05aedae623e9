"""One change of one schedule by a person: held, judged, written with its notices, its journal and its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import NewRow
from bot.domain.oncall import Schedule, Slot, stretches, uncovered
from bot.domain.people import Actor, Person, PersonId
from bot.domain.posture import Posture
from bot.domain.refusals import Refusal
from bot.domain.rota import Entry, may_edit, stamp
from bot.domain.spelling import nearest
from bot.ports import Tx
from bot.usecases.following import follow
from bot.usecases.handover import handed_over
from bot.usecases.notices import home_row, note_row
from bot.usecases.once import within
from bot.usecases.schedules import in_force, plan_in
from bot.usecases.turns import look

Interval = tuple[datetime, datetime]


@dataclass(slots=True)
class Edit:
    """What one unit of work is about to do to a schedule. `finish` writes what goes with it."""

    bot: Bot
    tx: Tx
    schedule: Schedule
    by: Actor
    now: datetime
    rows: list[NewRow] = field(default_factory=list)
    touched: set[PersonId] = field(default_factory=set)

    async def held(self, start: datetime, end: datetime) -> list[Slot]:
        """The stretches of an interval as they are now."""
        return stretches(await plan_in(self.tx, self.schedule, start, end), start, end)

    async def allow(self, to: PersonId, start: datetime, end: datetime) -> list[Slot]:
        """The stretches that `to` would take over; refuses an actor who may not give them."""
        held = await self.held(start, end)
        whole = not uncovered(held, start, end)
        there = {person.id: person for person in (await self.people(held)).values() if person.active}
        theirs = [slot for slot in held if slot.person_id in there]  # of whoever left it is as if nobody had it
        if not may_edit(self.by, self.schedule, theirs, whole and len(theirs) == len(held), to):
            who = [person.name for person in there.values()]
            raise Refusal("not_your_shift", schedule=self.schedule.name, who_can=who)
        if whole and all(slot.person_id == to for slot in held):
            name = (await self.tx.people.get(to)).name
            raise Refusal("already_on_call", schedule=self.schedule.name, person=name)
        return held

    async def stand_in(self, person_id: PersonId) -> Person:
        """Somebody who is to be on call; refuses who could not be paged."""
        person = (await self.tx.people.many([person_id])).get(person_id)
        if person is None:
            raise Refusal("unknown_person", given=f"#{person_id}")
        if not person.active:
            raise Refusal("cannot_cover", person=person.name)
        return person

    async def people(self, held: Sequence[Slot]) -> dict[PersonId, Person]:
        return await self.tx.people.many({slot.person_id for slot in held})

    async def put(self, person_id: PersonId, start: datetime, end: datetime, placed_by: PersonId | None = None) -> Slot:
        """Places an override: the later made wins. Whoever placed it by themselves may take it away again."""
        slot = Slot(0, self.schedule.name, person_id, start, end, is_override=True)
        self.touched.add(person_id)
        return await self.tx.slots.add(slot, placed_by)

    def tell(self, to: Person, message: str, mark: object, /, **data: object) -> None:
        """A direct message, once for each (message, mark, person); nobody is told that they did it themselves."""
        self.touched.add(to.id)
        given = {"schedule": self.schedule.name, "by": "" if to.id == self.by.person_id else self.actor, **data}
        row = note_row(to, message, str(mark), given, self.now)
        self.rows += [row] if row is not None else []

    @property
    def actor(self) -> str:
        return self.by.person.name if self.by.person else self.by.label

    async def journal(self, verb: str, before: object, after: object) -> None:
        """A line of the administration."""
        label = "" if self.by.person else self.by.label
        subject = f"schedule/{self.schedule.name}"
        await self.tx.administration.add(
            Entry(self.now, self.by.person_id, label, verb, subject, before=before, after=after)
        )

    async def finish(self, verb: str, intervals: Sequence[Interval], before: Sequence[Slot]) -> None:
        """Writes the journal's line, then what `settle` does."""
        after = [slot for start, end in intervals for slot in await self.held(start, end)]
        self.touched |= {slot.person_id for slot in before}
        await self.journal(verb, await self.shown(before), await self.shown(after))
        await self.settle()

    async def settle(self) -> None:
        """Writes the notices and what shows who is on call, and pages whoever came on call while a page waits there."""
        for person in (await self.tx.people.many(self.touched)).values():
            self.rows += [home_row(person, self.now)] if person.slack_id else []
        name = self.schedule.name
        self.rows += await follow(self.tx, {**self.bot.posture().schedules, name: self.schedule}, [name], self.now)
        await self.tx.outbox.put(self.rows)
        await look(self.tx, self.now, [name])
        await handed_over(replace(within(self.bot, self.tx), posture=self._posture), name, self.now)

    def _posture(self) -> Posture:
        """The one in force, with the schedule as this edit leaves it: who comes next is paged by its new order."""
        posture = self.bot.posture()
        return replace(posture, schedules={**posture.schedules, self.schedule.name: self.schedule})

    async def shown(self, held: Sequence[Slot]) -> list[dict[str, object]]:
        """Stretches as the administration keeps them."""
        people = await self.people(held)
        return [
            {
                "person": people[slot.person_id].name,
                "person_id": slot.person_id,
                "start": slot.start.isoformat(),
                "end": slot.end.isoformat(),
                "override": slot.is_override,
            }
            for slot in held
        ]


async def editing(bot: Bot, tx: Tx, name: str, by: Actor, now: datetime, *, off: bool = False) -> Edit:
    """The change of a schedule, which nobody else changes until it is done; `off`: also of one that is switched off."""
    declared = bot.posture().schedules.get(name)
    if declared is None:
        known = bot.posture().schedules
        raise Refusal("unknown_schedule", given=name, nearest=nearest(name, known) or "")
    await tx.slots.hold(name)
    schedule = await in_force(tx, declared, now)
    if not schedule.is_active and not off:
        raise Refusal("schedule_inactive", schedule=name)
    return Edit(bot, tx, schedule, by, now)


def span(start: datetime, end: datetime) -> dict[str, object]:
    """An interval as data of codes and notices."""
    return {"start": stamp(start), "end": stamp(end)}
