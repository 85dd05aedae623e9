"""Whatever a file holds, reading it ends in findings with places, each once, and never in a traceback."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posture import Loaded, loads

#: The example that uses every key.
WHOLE = re.findall(r"```yaml\n(.*?)```", Path("docs/posture.md").read_text(encoding="utf-8"), re.DOTALL)[1]

TOKENS = [
    "{", "}", "[", "]", ":", " ", "\n", "\n  ", "- ", "? ", "&a ", "*a", "<<: *a", "!", "!!int ", "!!map ", "|", "> ",
    "'", '"', "#", "%", "@", "`", "\t", "\x00", "\x85", "\u2028", "\ufeff", "---\n", "...\n", "~", "null", "true", "1",
    "0x10", "1e9", "2001-01-01", "\\", "😀", "é", "=", "? {a: b}\n", '"\\x1b[31m"', '"\\ud800"', "on-call +99", "team",
    "SEV1", "P1", "10m", "3bd", "24:00", "%YAML 1.1\n---\n", "!<", "x-y: &a {b: c}\n", "people", "alice", "[[]]", "{}",
]  # fmt: skip

edits = st.lists(
    st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 30), st.sampled_from(TOKENS)), min_size=1, max_size=12
)


def edited(changes: list[tuple[int, int, str]]) -> str:
    """The example with tokens put in, each in place of so many characters."""
    text = WHOLE
    for place, length, token in changes:
        text = text[:place] + token + text[place + length :]
    return text


def hold(loaded: Loaded) -> None:
    """What is true of anything that was read."""
    assert (loaded.posture is None) == bool(loaded.errors)
    assert len({(f.file, f.line, f.column, f.message) for f in loaded.findings}) == len(loaded.findings)
    lines = loaded.text.count("\n") + 2
    assert all(0 < f.line <= lines and f.column > 0 and str(f).isprintable() for f in loaded.findings)


@given(edits)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_posture_ends_in_findings(changes: list[tuple[int, int, str]]) -> None:
    hold(loads(edited(changes)))


@given(st.text(max_size=80) | st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_ends_in_findings(text: str) -> None:
    hold(loads(text))
