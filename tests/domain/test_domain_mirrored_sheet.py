"""Which cells of the worksheet `incidents` change: those that are not yet as they should be."""

from __future__ import annotations

from bot.domain.mirrored_sheet import COLUMNS, Block, Row, blocks, is_ours

HEAD = list(COLUMNS)


def row(number: int, title: str = "slow") -> Row:
    return (f"INC-{number}", title, *("",) * (len(COLUMNS) - 2))


def test_an_empty_worksheet_gets_its_header_and_every_row_at_once() -> None:
    assert blocks([], [row(1), row(2)]) == [Block(1, (COLUMNS, row(1), row(2)))]


def test_a_row_is_known_by_its_id_wherever_it_stands_and_new_ones_come_last() -> None:
    shown = [HEAD, ["INC-2", "slow"], [], ["a note of ours"], ["INC-1", "fast"], ["INC-1", "a copy"]]
    assert blocks(shown, [row(1), row(2), row(3), row(4)]) == [Block(5, (row(1),)), Block(7, (row(3), row(4)))]


def test_what_is_there_already_is_not_written_again() -> None:
    assert blocks([HEAD, ["INC-1", "slow"]], [row(1)]) == []


def test_only_an_empty_worksheet_or_one_with_our_columns_is_ours() -> None:
    assert [is_ours(one) for one in ([], [[], [""]], [HEAD], [[*HEAD, "notes"]])] == [True] * 4
    assert [is_ours(one) for one in ([["id", "title"]], [[], ["INC-1"]], [["date"]])] == [False] * 3
