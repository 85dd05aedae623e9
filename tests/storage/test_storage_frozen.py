"""A process that stands still in the middle of a transaction: PostgreSQL lets go of what it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage import engine as storage_engine
from storage.database import DEADLINE
from storage.engine import FROZEN_MS, engines, read_url
from storage.scope import LEASE
from storage.unit import PATIENCE


def test_it_lets_go_when_leases_end_and_never_within_a_unit_of_work() -> None:
    assert LEASE.total_seconds() * 1000 >= FROZEN_MS > (DEADLINE + PATIENCE) * 1000


def test_others_go_on_when_the_holder_of_a_lock_is_frozen(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_engine, "FROZEN_MS", 300)
    frozen, other = engines(read_url(postgres_url)), engines(read_url(postgres_url))
    held, waiting = frozen.writer.connect(), other.writer.connect()
    try:
        held.execute(text("LOCK TABLE incident IN EXCLUSIVE MODE"))
        waiting.execute(text("SET LOCAL lock_timeout = '20s'"))
        waiting.execute(text("LOCK TABLE incident IN EXCLUSIVE MODE"))  # raises where it is held for ever
    finally:
        held.invalidate()
        held.close()
        waiting.close()
        frozen.dispose()
        other.dispose()
