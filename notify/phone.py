"""What pages by SMS and by call have in common: where their receipts go, and what may not pass for them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.delivery import Row
from bot.domain.picture import Job


def callback(public_url: str, path: str, row: Row) -> str | None:
    """An address of ours that names the row; None where nothing can reach us."""
    return f"{public_url}{path}?row={row.id}" if public_url else None


def sids_of_others(job: Job) -> set[str]:
    """The person may have had another page a minute ago; it must not pass for this one."""
    return {str(row.result["sid"]) for row in job.others if "sid" in row.result}


def rivals(rows: Iterable[Row]) -> int:
    """Rows that are in doubt as well: each may be what a look-up finds."""
    return sum(row.doubt and "sid" not in row.result for row in rows)
