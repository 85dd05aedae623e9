"""The nearest known word to a mistyped one, for hints: commands, settings, names."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """Edits that turn one word into the other: insert, delete, replace, swap two neighbours."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; None if none is near.

    Near is one edit for every three letters (at least one), or one word beginning with the other (three letters).
    """
    given = word.casefold()
    best: tuple[int, str] | None = None
    for candidate in known:
        plain = candidate.casefold()
        edits = 1 if _begins(given, plain) else distance(given, plain)
        if edits <= max(1, len(plain) // 3) and (best is None or (edits, candidate) < best):
            best = (edits, candidate)
    return best[1] if best else None


def _begins(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    return len(short) >= 3 and long.startswith(short)
