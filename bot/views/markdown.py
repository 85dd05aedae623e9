"""Markdown for documents: outside text that stays text, tables that stay tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.views.words import one_line, safe, web

_MARKS = re.compile(r"([\\`*\[\]|~]|(?<!\w)_|_(?!\w))")
_LINE_MARK = re.compile(r"^(\s*)([#+=-]|\d+[.)](?=\s))")


def text(raw: str) -> str:
    """Outside text on one line, fit for a paragraph and for a table's cell alike."""
    escaped = one_line(raw).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(r"\\\1", escaped)


def quote(raw: str) -> str:
    """Outside text line by line, as a block quote."""
    lines = safe(raw).strip().split("\n")
    return "\n".join(f"> {_LINE_MARK.sub(_escaped, text(line))}".rstrip() for line in lines)


def _escaped(found: re.Match[str]) -> str:
    space, mark = found.groups()
    return f"{space}{mark[:-1]}\\{mark[-1]}"


def link(url: str, label: str) -> str:
    """A link; the label alone where the address is not one of the web."""
    address = web(url).replace("(", "%28").replace(")", "%29")
    return f"[{text(label)}]({address})" if address else text(label)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are escaped already."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def prompt(what: str) -> str:
    """What a person still has to write."""
    return f"_To fill in: {what}_"
