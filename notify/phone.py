"""What pages by SMS and by call have in common: where their receipts go, and what may not pass for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.domain.delivery import Row, RowState
from bot.domain.picture import Job

#: A row that may go so soon may be called while another is looked up.
SOON: Final = timedelta(seconds=10)
#: Tries after which nobody waits for others any more: a marked repeat is better than silence.
PATIENT: Final = 6


class Others(NamedTuple):
    """How many other rows may be what a look-up finds: those in doubt, and those that go out at this moment."""

    rivals: int
    under_way: int


def callback(public_url: str, path: str, row: Row) -> str | None:
    """An address of ours that names the row; None where nothing can reach us."""
    return f"{public_url}{path}?row={row.id}" if public_url else None


def sids_of_others(job: Job) -> set[str]:
    """The person may have had another page a minute ago; it must not pass for this one."""
    return {str(row.result["sid"]) for row in job.others if "sid" in row.result}


def others(row: Row, rows: Collection[Row], now: datetime) -> Others:
    """Of `rows`, to the same phone. `row` is the one that is looked up."""
    nameless = [one for one in rows if "sid" not in one.result]
    rivals = sum(one.doubt for one in nameless)
    going = [one for one in nameless if one.state is RowState.PENDING and not one.doubt and one.bundle_id is None]
    under_way = sum(one.not_before <= now + SOON for one in going)
    return Others(rivals + under_way, 0) if row.tries > PATIENT else Others(rivals, under_way)
