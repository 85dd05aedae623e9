"""At a start, a file that stood still never takes back what another process accepted meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.acceptance import InForce, Read, goes_before

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read(changed_at: datetime | None) -> Read:
    return Read(None, "", "mine", (), changed_at)


@pytest.mark.parametrize(
    ("newest", "changed_at", "wins"),
    [
        (None, None, True),  # the first posture there ever was
        (InForce("mine", NOON, known=True), NOON - HOUR, True),  # it is in force
        (InForce("theirs", NOON, known=False), NOON - HOUR, True),  # never seen: a new one, whenever it was written
        (InForce("theirs", NOON, known=True), NOON - HOUR, False),  # it gave way to theirs, and was not touched since
        (InForce("theirs", NOON, known=True), None, False),
        (InForce("theirs", NOON, known=True), NOON + HOUR, True),  # somebody went back to it on purpose
    ],
)
def test_whether_the_file_goes_before_the_newest_row(
    newest: InForce | None, changed_at: datetime | None, wins: bool
) -> None:
    assert goes_before(read(changed_at), newest) is wins
