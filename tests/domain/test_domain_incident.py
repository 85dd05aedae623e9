"""An incident's axes, the table of legal moves, who sees what, and refusals that exist."""

from __future__ import annotations

import pytest

from bot.domain.incident import MOVES, State
from bot.domain.people import EVERYTHING, SYSTEM, Person, Standing, viewer_of
from bot.domain.refusals import CODES, Refusal
from bot.domain.timeline import TOLD, Kind


def test_every_state_has_its_moves_and_none_moves_to_itself() -> None:
    assert set(MOVES) == set(State)
    assert [state for state, ends in MOVES.items() if state in ends] == []


def test_no_state_is_a_trap() -> None:
    for start in State:
        reached, left = {start}, {start}
        while left:
            left = {end for state in left for end in MOVES[state]} - reached
            reached |= left
        assert reached >= {State.ASSIGNED, State.IN_PROGRESS, State.RESOLVED}


def test_whatever_goes_wrong_can_be_closed() -> None:
    assert [state for state in State if state is not State.RESOLVED and State.RESOLVED not in MOVES[state]] == []


@pytest.mark.parametrize("standing", list(Standing))
def test_only_admins_and_the_bot_itself_see_what_is_private(standing: Standing) -> None:
    viewer = viewer_of(Person(7, "Erin", standing=standing))
    assert (viewer.person_id, viewer.sees_private) == (7, standing is Standing.ADMIN)
    assert EVERYTHING.sees_private


def test_the_bot_itself_is_nobody() -> None:
    assert (SYSTEM.person_id, SYSTEM.label) == (None, "Tocsin")


def test_a_refusal_that_nobody_words_cannot_be_raised() -> None:
    assert Refusal("not_resolved", number=7).data == {"number": 7}
    with pytest.raises(ValueError, match="unknown refusal code"):
        Refusal("because")
    assert [code for code in CODES if code != code.lower()] == []


def test_the_room_is_not_told_what_its_card_shows() -> None:
    assert TOLD & {Kind.PAGED, Kind.PAGE_DELIVERED, Kind.DECLARED, Kind.JOINED, Kind.ALERT, Kind.ROOM} == set()
    assert {Kind.ACKED, Kind.DECLINED, Kind.ESCALATED, Kind.NOBODY, Kind.RESOLVED} <= TOLD
