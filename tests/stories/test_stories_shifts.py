"""A shift that changes hands: told an hour before and when it does, and from then on the next one is paged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from town.people import Person
from town.town import Build, Town, posture
from town.waiting import eventually

from bot.domain.oncall import Shift, shifts
from posture import load


def _turns(file: str, town: Town) -> tuple[Shift, Shift]:
    """Whose turn it is, and whose is next."""
    declared = load(Path(file)).posture
    assert declared is not None
    now = town.clock.now
    first, second, *_ = shifts(declared.schedules["payments"], now, now + timedelta(days=3))
    return first, second


def _hears(person: Person, words: str) -> None:
    def heard() -> bool:
        said = [message.text for message in person.dms()]
        assert any(words in text for text in said), f"{words!r} is not among {said}"
        return True

    eventually(heard)


def test_a_shift_is_announced_begins_and_is_paged(build: Build, tmp_path: Path) -> None:
    file = posture(tmp_path, {"members: [alice]\n": "members: [alice, bob]\n      rotation_period: 1d\n"})
    town = build(POSTURE=file)
    town.bot.start()
    running, coming = _turns(file, town)
    people = {"alice": town.alice, "bob": town.bob}
    incoming, outgoing = people[coming.handle], people[running.handle]

    left = coming.start - town.clock.now - timedelta(hours=1)
    if left > timedelta(0):
        town.clock.passes(seconds=left.total_seconds())
        _hears(incoming, "You are on call for *payments* in an hour")
    town.clock.passes(seconds=(coming.start - town.clock.now).total_seconds())
    _hears(incoming, "You are on call for *payments* now")
    _hears(outgoing, "Your shift of *payments* is over.")

    town.declares(by=town.carol)
    assert "payments" in incoming.page().words
    town.ends_well()
