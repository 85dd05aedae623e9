"""A mistyped word finds the one that was meant, and a strange word finds none."""

import pytest

from bot.domain.spelling import distance, nearest

COMMANDS = ("ack", "assign", "cancel", "declare", "decline", "list", "resolve", "severity", "show", "status", "unack")


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [
        ("", "", 0),
        ("ack", "ack", 0),
        ("", "ack", 3),
        ("akc", "ack", 1),
        ("resolv", "resolve", 1),
        ("kitten", "sitting", 3),
    ],
)
def test_distance_counts_edits(left: str, right: str, edits: int) -> None:
    assert distance(left, right) == edits
    assert distance(right, left) == edits


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("akc", "ack"),
        ("ACK", "ack"),
        ("acknowledge", "ack"),
        ("declair", "declare"),
        ("reslove", "resolve"),
        ("sev", "severity"),
        ("stauts", "status"),
        ("banana", None),
        ("x", None),
        ("", None),
    ],
)
def test_the_word_that_was_meant_is_found(given: str, meant: str | None) -> None:
    assert nearest(given, COMMANDS) == meant
