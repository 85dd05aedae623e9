"""Severities: every usual way to write one, and what each asks for by default."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.severity import DEFAULTS, Urgency, canonical


@pytest.mark.parametrize("given", ["SEV2", "sev2", "Sev-2", "P2", "p2", "p-2", "  sev2\n"])
def test_a_severity_is_read_in_any_usual_way(given: str) -> None:
    assert canonical(given) == "SEV2"


@pytest.mark.parametrize("given", ["", "2", "sev", "sev0", "sev10", "sev 2", "high", "sev2!", "psev2", "sevtwo"])
def test_what_names_no_severity_is_none(given: str) -> None:
    assert canonical(given) is None


def test_the_defaults_are_those_of_the_specification() -> None:
    asked = {name: (one.pages, one.commander, one.status_page, one.postmortem) for name, one in DEFAULTS.items()}
    assert asked == {
        "SEV1": (True, True, True, True),
        "SEV2": (True, False, True, True),
        "SEV3": (False, False, False, False),
        "SEV4": (False, False, False, False),
    }
    urgent = [name for name, one in DEFAULTS.items() if one.urgency is Urgency.HIGH]
    assert urgent == ["SEV1", "SEV2"]
    minutes, hours = timedelta(minutes=1), timedelta(hours=1)
    assert {name: (one.response, one.resolution) for name, one in DEFAULTS.items()} == {
        "SEV1": (5 * minutes, hours),
        "SEV2": (15 * minutes, 4 * hours),
        "SEV3": (hours, 24 * hours),
        "SEV4": (4 * hours, None),
    }
    assert DEFAULTS["SEV1"].notify_positions == ("eng-manager", "vp-engineering")


def test_one_is_the_worst() -> None:
    assert [one.rank for one in DEFAULTS.values()] == [1, 2, 3, 4]
