"""Standing posts, for the gallery: one schedule, several of all kinds, none, and one that ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from views_rota import HELD, PAYMENTS
from views_scene import ALICE, BOB, NOW, PEOPLE, minute

from bot.domain.groups import GroupTrouble
from bot.domain.oncall import OnCall, Origin, Slot
from bot.domain.people import Person, PersonId
from bot.domain.standing import Board, BoardLine, StandingPost
from bot.views import standing
from bot.views.message import Message

POST = StandingPost(7, "C0PAYMENTS", "schedule/payments", ALICE.id, NOW, "1795253400.000100")
REFUSED = GroupTrouble("oncall-payments", "permission_denied", NOW, NOW)
ON = BoardLine(PAYMENTS, OnCall("payments", HELD[0], HELD[1], minute(360)))


def line(name: str, slot: Slot | None = None, following: Slot | None = None) -> BoardLine:
    until = slot.end if slot is not None else None
    return BoardLine(replace(PAYMENTS, name=name, origin=Origin.SLACK), OnCall(name, slot, following, until))


OFF = replace(PAYMENTS, is_active=False, origin=Origin.SHEET)
LINES = (
    replace(ON, trouble=REFUSED),
    line("gap", HELD[0], HELD[3]),
    line("again", HELD[0], replace(HELD[3], person_id=ALICE.id)),
    line("nobody", None, HELD[3]),
    line("nobody-at-all"),
    line("last", replace(HELD[1], person_id=BOB.id)),
    BoardLine(replace(PAYMENTS, name="for-ever"), OnCall("for-ever", HELD[0])),
    BoardLine(replace(OFF, name="off-here", origin=Origin.POSTURE), OnCall("off-here", None)),
    BoardLine(OFF, OnCall("payments", None), mended_at_source=True),
)


def board(*lines: BoardLine, about: str = POST.about, people: Mapping[PersonId, Person] = PEOPLE) -> Board:
    return Board(replace(POST, about=about), lines, people)


def evil_board(evil: str) -> Board:
    """Every name chosen by a stranger."""
    people = {number: replace(person, name=evil, slack_id=None) for number, person in PEOPLE.items()}
    lines = [replace(one, schedule=replace(one.schedule, name=evil)) for one in LINES]
    return board(*lines, about=f"team/{evil}", people=people)


MESSAGES: dict[str, Callable[[], Message]] = {
    "standing": lambda: standing.board(board(ON)),
    "standing-quiet": lambda: standing.board(board(ON), quiet=True),
    "standing-nobody": lambda: standing.board(board(LINES[3])),
    "standing-off": lambda: standing.board(board(LINES[-1])),
    "standing-several": lambda: standing.board(board(*LINES, about="team/payments")),
    "standing-none": lambda: standing.board(board(about="")),
    "standing-gone": lambda: standing.board(board()),
    "standing-ended": lambda: standing.ended("team/payments"),
}
