"""Alerts: keys stay apart however they are made up, and senders' words mean our severities."""

from __future__ import annotations

from bot.domain.alert import SEVERITY_WORDS, dedup_hash
from bot.domain.severity import DEFAULTS


def test_the_same_key_of_the_same_source_is_the_same() -> None:
    assert dedup_hash("am", "cpu") == dedup_hash("am", "cpu")
    assert dedup_hash("am", "cpu") != dedup_hash("grafana", "cpu")


def test_long_keys_that_differ_at_their_end_stay_apart() -> None:
    assert dedup_hash("am", "x" * 100_000 + "a") != dedup_hash("am", "x" * 100_000 + "b")
    assert len(dedup_hash("am", "x" * 100_000)) == 64


def test_source_and_key_do_not_run_into_each_other() -> None:
    assert dedup_hash("a", "bc") != dedup_hash("ab", "c")


def test_every_word_means_a_severity_that_exists_and_critical_is_the_worst() -> None:
    assert set(SEVERITY_WORDS.values()) == set(DEFAULTS)
    assert SEVERITY_WORDS["critical"] == "SEV1"
    assert [word for word in SEVERITY_WORDS if word != word.casefold()] == []
