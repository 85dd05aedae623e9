"""Damaged postures, as many as wished: reading one ends in findings with places, each once, and never in a traceback.

`make fuzz` reads 20,000; a slice of them is in `make test`. Each input is made from its number alone, so that one
that fails can be made again.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from posture import Loaded, loads
from posture.explained import EXAMPLES

ROOT = Path(__file__).resolve().parents[1]
#: The example that uses every key, the sandbox's posture, and the small ones: most inputs are of those.
LARGE = [
    re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/posture.md").read_text(encoding="utf-8"), re.DOTALL)[1],
    *((ROOT / "examples" / name).read_text(encoding="utf-8") for name in ("acme.yaml", "payments.yaml")),
]
SMALL = [text for example in EXAMPLES.values() for text in (example.bad, example.mended)]

TOKENS = [
    "{", "}", "[", "]", ":", " ", "\n", "\n  ", "- ", "? ", "&a ", "*a", "<<: *a", "!", "!!int ", "!!map ", "|", "> ",
    "'", '"', "#", "%", "@", "`", "\t", "\x00", "\x85", "\u2028", "\ufeff", "---\n", "...\n", "~", "null", "true", "1",
    "0x10", "1e9", "2001-01-01", "\\", "😀", "é", "=", "? {a: b}\n", '"\\x1b[31m"', '"\\ud800"', "on-call +99", "team",
    "SEV1", "P1", "10m", "3bd", "24:00", "%YAML 1.1\n---\n", "!<", "x-y: &a {b: c}\n", "people", "alice", "[[]]", "{}",
    "policy main", "none", "include: x\n", "services: ", "severities: ", "members: ", "9" * 30, "0", "-1", "../..", ",",
]  # fmt: skip

_WORD = re.compile(r"[\w.@+/-]+")


def _token(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(TOKENS) + text[place + chance.choice((0, 0, 1, 5, 30)) :]


def _word(text: str, chance: random.Random) -> str:
    """A word of the text in place of another: names that lead elsewhere, values of another kind."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    out, other = chance.choice(words), chance.choice(words)
    return text[: out.start()] + other[0] + text[out.end() :]


def _lines(text: str, chance: random.Random) -> str:
    """A line is lost, doubled, moved or indented anew."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
    deed = chance.randrange(4)
    if deed == 0:
        del lines[here]
    elif deed == 1:
        lines.insert(there, lines[here])
    elif deed == 2:
        lines[here], lines[there] = lines[there], lines[here]
    else:
        lines[here] = " " * chance.randrange(9) + lines[here].lstrip(" ")
    return "".join(lines)


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _noise(_: str, chance: random.Random) -> str:
    return "".join(chance.choice(TOKENS) for _ in range(chance.randrange(30)))


_DAMAGES: list[Callable[[str, random.Random], str]] = [_token, _token, _word, _word, _word, _lines, _lines, _cut]


def posture(number: int) -> str:
    """The text of an input, by its number."""
    chance = random.Random(number)
    if chance.random() < 0.05:
        return _noise("", chance)
    text = chance.choice(LARGE) if chance.random() < 0.04 else chance.choice(SMALL)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        text = chance.choice(_DAMAGES)(text, chance)
    return text


def hold(loaded: Loaded) -> None:
    """What is true of anything that was read."""
    assert (loaded.posture is None) == bool(loaded.errors)
    told = Counter((one.file, one.line, one.column, one.code, one.message) for one in loaded.findings)
    assert [one for one, times in told.items() if times > 1] == []
    lines = len(loaded.text.splitlines()) + 1
    assert all(0 < one.line <= lines and one.column > 0 and str(one).isprintable() for one in loaded.findings)


def main() -> int:
    parser = argparse.ArgumentParser(description="Reads damaged postures.")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    given = parser.parse_args()
    codes: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(given.first, given.first + given.inputs):
        try:
            loaded = loads(posture(number))
            hold(loaded)
        except Exception as wrong:
            raise SystemExit(f"Input {number} ends in {wrong!r}.") from wrong
        codes.update({one.code for one in loaded.findings} or {"clean"})
    print(f"{given.inputs:,} inputs in {time.monotonic() - began:.0f} s: no traceback, no finding twice.")
    print(", ".join(f"{code} {times}" for code, times in sorted(codes.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
