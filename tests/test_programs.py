"""A test that needs a system program says plainly what did not run, and fails where nothing may be left out."""

from __future__ import annotations

import pytest
from programs import program

REASON = "no-such-thing did not run: it is not on this machine (on Debian: apt-get install nothing)"


def test_what_is_installed_is_found_under_any_of_its_names() -> None:
    assert program("no-such-thing", "sh", package="dash").endswith("/sh")


def test_a_missing_program_skips_with_a_plain_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        program("no-such-thing", package="nothing")
    assert str(skipped.value) == REASON


def test_a_missing_program_fails_where_all_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception) as failed:
        program("no-such-thing", package="nothing")
    assert str(failed.value) == REASON
