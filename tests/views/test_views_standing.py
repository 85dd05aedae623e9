"""A standing post can hold any number of schedules and any name, and nothing in it grows stale."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from test_views_rota import harmless
from views_checks import problems
from views_hostile import EVIL
from views_standing import LINES, ON, board, evil_board

from bot.domain.standing import BoardLine
from bot.views import standing, user_groups


def named(line: BoardLine, name: str) -> BoardLine:
    return replace(line, schedule=replace(line.schedule, name=name))


@pytest.mark.parametrize("quiet", [True, False])
def test_names_that_strangers_chose_do_nothing(quiet: bool) -> None:
    for given in (evil_board(EVIL), replace(evil_board(EVIL), lines=evil_board(EVIL).lines[:1])):
        shown = standing.board(given, quiet=quiet)
        assert problems(shown) == []
        texts = json.dumps([shown.text, shown.blocks], ensure_ascii=False)
        assert harmless(re.sub(r'"value": "(?:[^"\\]|\\.)*"', "", texts))


def test_two_hundred_schedules_fit_and_the_rest_are_counted() -> None:
    lines = [named(one, f"schedule-{number}-{'x' * 40}") for number in range(25) for one in LINES]
    shown = standing.board(board(*lines, about=""))
    assert problems(shown) == []
    [more] = re.findall(r"and (\d+) more schedules: `/oncall now`", json.dumps(shown.blocks))
    assert (len(re.findall(r"\*schedule-", json.dumps(shown.blocks))), int(more) < 190) == (225 - int(more), True)


def test_the_first_post_calls_nobody_and_its_text_says_all_of_it_plainly() -> None:
    shown = standing.board(board(ON), quiet=True)
    assert "<@" not in json.dumps([shown.text, shown.blocks])
    assert shown.text == (
        "On call\npayments: Now Alice Chen until Sat 21 Nov 2026 09:00 UTC; Next Bob Okafor from"
        " Sat 21 Nov 2026 09:00 UTC"
    )


def test_somebody_who_is_deactivated_is_shown_as_whom_pages_pass_over() -> None:
    given = board(ON)
    left = {number: replace(person, active=False) for number, person in given.people.items()}
    assert (
        "Now Alice Chen (⚠️ deactivated: pages pass over them) until" in standing.board(replace(given, people=left)).text
    )


def test_every_time_has_its_day() -> None:
    shown = json.dumps(standing.board(board(*LINES)).blocks)
    times = re.findall(r"<!date[^>]*>", shown)
    assert [one for one in times if not re.fullmatch(r"<!date\^\d+\^{date_short_pretty} at {time}\|[^|>]+>", one)] == []


@pytest.mark.parametrize("code", [*user_groups._WHY, "something_new"])
def test_every_refusal_of_slack_says_what_to_do(code: str) -> None:
    assert (bool(user_groups.reason(code)), user_groups.fix(code)[-1]) == (True, ".")
