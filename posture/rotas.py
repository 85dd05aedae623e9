"""The schedules of a checked document: rotations with their members, and what is said of each of those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.oncall import DEFAULT_HANDOFF, Away, Origin, Rotation, Schedule, Term
from bot.domain.walltime import moment
from posture import model
from posture.elsewhere import source_of

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


class Rotas:
    """`zone` is that of rotations which name none."""

    def __init__(self, document: model.Document, zone: str) -> None:
        self.document = document
        self.zone = zone
        self.holidays = {str(name): frozenset(days) for name, days in document.holidays.items()}
        self.people = {str(handle): person for handle, person in document.people.items()}

    def schedules(self, teams: Mapping[str, tuple[str, ...]]) -> dict[str, Schedule]:
        """By name, those of teams first. Without members of its own, a rotation has the team's."""
        made = {
            str(name): self._schedule(str(name), team.rotation, str(name), teams[str(name)])
            for name, team in self.document.teams.items()
            if team.rotation
        }
        for name, schedule in self.document.schedules.items():
            owner = str(schedule.team) if schedule.team else None
            made[str(name)] = self._schedule(str(name), schedule, owner, teams.get(owner or "", ()))
        return made

    def _schedule(self, name: str, rotation: model.Rotation, team: str | None, members: tuple[str, ...]) -> Schedule:
        zone = next((str(layer.time_zone) for layer in rotation.layers if layer.time_zone), self.zone)
        source = source_of(rotation.source, zone) if rotation.source else None
        return Schedule(
            name=name,
            layers=() if source else tuple(self._layer(layer, members) for layer in rotation.layers),
            escalation_delay=rotation.escalation_timeout,
            escalation_to=None if rotation.escalation_to is None else str(rotation.escalation_to),
            is_active=rotation.is_active,
            team=team,
            user_group=str(rotation.user_group or ""),
            origin=source.origin if source else Origin.POSTURE,
            source=source,
        )

    def _layer(self, layer: model.Layer, team: tuple[str, ...]) -> Rotation:
        period = layer.rotation_period.length if layer.rotation_period else _WEEK
        zone = str(layer.time_zone or self.zone)
        weekday = (layer.handoff.weekday if layer.handoff else None) or 0
        members = tuple(str(member.person) for member in layer.members) or team
        return Rotation(
            members=members,
            period=period,
            handoff_time=layer.handoff.clock if layer.handoff else DEFAULT_HANDOFF,
            handoff_weekday=None if period % _WEEK else weekday,
            zone=zone,
            start=_utc(layer.start, zone),
            active=layer.active_hours,
            end=_utc(layer.end, zone),
            terms=self._terms(layer, members, zone),
            holidays=self._days(layer.holidays),
        )

    def _terms(self, layer: model.Layer, members: tuple[str, ...], zone: str) -> tuple[Term, ...]:
        """Of members of whom nothing is said there is none."""
        said = {str(member.person): member for member in reversed(layer.members)}  # of two places, the first counts
        terms = [self._term(handle, said.get(handle), zone) for handle in dict.fromkeys(members)]
        return tuple(term for term in terms if term != Term(term.handle))

    def _term(self, handle: str, member: model.Member | None, zone: str) -> Term:
        own = str(member.time_zone) if member and member.time_zone else None
        return Term(
            handle,
            since=_utc(member.joins, own or zone) if member else None,
            until=_utc(member.leaves, own or zone) if member else None,
            zone=own,
            away=self._away(handle, own or zone),
        )

    def _away(self, handle: str, zone: str) -> tuple[Away, ...]:
        """Days where the person lives; else, where the rotation does."""
        person = self.people.get(handle)
        if person is None:
            return ()
        home = ZoneInfo(str(person.zone or zone))
        off = [Away(moment(since, home), moment(until, home)) for since, until in person.time_off]
        midnights = [datetime.combine(day, time(0)) for day in sorted(self._days(person.holidays))]
        off += [Away(moment(day, home), moment(day + _DAY, home), holiday=True) for day in midnights]
        return tuple(off)

    def _days(self, names: Iterable[str]) -> frozenset[date]:
        return frozenset().union(*(self.holidays.get(str(name), frozenset()) for name in names))


def _utc(wall: datetime | None, zone: str) -> datetime | None:
    return moment(wall, ZoneInfo(zone)).astimezone(UTC) if wall is not None else None
