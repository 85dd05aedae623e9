"""Whatever a file holds, reading it ends in findings with places, each once, and never in a traceback."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from posture_fuzz import TOKENS, hold, posture

from posture import loads


def test_a_thousand_damaged_postures_end_in_findings() -> None:
    """A slice of `make fuzz`, which reads 20,000."""
    for number in range(1000):
        hold(loads(posture(number)))


@given(st.text(max_size=80) | st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
@settings(max_examples=100, deadline=None)
def test_any_text_ends_in_findings(text: str) -> None:
    hold(loads(text))
