"""The parts of the docs that are written from code: docs/findings.md, and the tables of keys in docs/posture.md.

`python -m posture.pages` writes them; a test holds them to what it would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.domain import holes, inspection
from posture import explained
from posture.findings import CODES
from posture.schema import NOT_YET, options, raw
from posture.section import DECLARED_ONLY, OTHERWISE, WORDS, Schema

_DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
_TABLES: Final = re.compile(
    r"(?<=<!-- keys: written by python -m posture.pages -->\n).*?(?=<!-- end of keys -->)", re.DOTALL
)
_HEAD: Final = """# Findings: what `tocsin check` says, and what to do

Written from `posture/explained.py` by `python -m posture.pages`. Each example is a whole posture: without the lines
that begin with `-` it is clean, without those that begin with `+` it earns its code and no other. An error keeps a
posture from being in force; a warning does not. `tocsin check --explain INC004` prints a section. How findings are
printed, and what `check` exits with, is in [posture.md](posture.md).

INC001 to INC099 are what a posture promises and does not keep, INC1xx how the text is written, INC2xx names that lead
nowhere, INC3xx what is legal and will be missed at 3 a.m., INC4xx what [`audit`](#what-only-audit-finds) finds in the
world, INC9xx what [`check --prove`](#what-only-check---prove-finds) finds at some hour.
"""
_PROVEN: Final = """## What only `check --prove` finds

These are of moments, not of lines: each finding names the service, the moment and who is missing.

| code | what it means |
| --- | --- |"""
_LIVE: Final = """## What only `audit` finds

These are of the world, not of the text: what a posture names, and Slack, the spreadsheet or the database lacks
([posture.md](posture.md#against-the-world)). INC409 is told at night as a gap of its schedule.
"""
#: Told of within another: the keys of a layer are those of a rotation.
_WITHIN: Final = {"Layer": "Rotation"}
#: Told of by what they add to another.
_LIKE: Final = {"Schedule": "Rotation"}


def findings() -> str:
    """The whole of docs/findings.md."""
    rows = (
        f"| [`{code}`](#{code.lower()}) | {level.value} | {meaning} |\n" for code, (level, meaning) in CODES.items()
    )
    table = "| code | level | what it means |\n| --- | --- | --- |\n" + "".join(rows)
    proven = "".join(f"| `{code}` | {meaning} |\n" for code, meaning in holes.CODES.items())
    return (
        f"{_HEAD}\n{table}\n"
        + "\n".join(explained.section(code) for code in CODES)
        + f"\n{_PROVEN}\n{proven}\n{_LIVE}\n{live()}"
    )


def live() -> str:
    """A table of what `audit` finds, and a section for each."""
    codes = inspection.CODES
    rows = "".join(f"| [`{code}`](#{code.lower()}) | {_level(code)} | {codes[code][0]} |\n" for code in codes)
    table = f"| code | level | what it means |\n| --- | --- | --- |\n{rows}"
    return "\n".join([table, *map(audited, codes)])


def audited(code: str) -> str:
    """The section of one of these."""
    meaning, fix = inspection.CODES[code]
    return f"## {code}\n\n{_level(code).capitalize()}. {meaning} {fix}\n"


def _level(code: str) -> str:
    return "warning" if code in inspection.WARNINGS else "error"


def posture(text: str) -> str:
    """docs/posture.md with the tables as they are now."""
    return _TABLES.sub(lambda _: keys(), text)


def keys() -> str:
    """A table of keys for each section, in the order in which a posture names them."""
    whole = raw()
    sections = whole["$defs"]
    order = dict.fromkeys(name for part in whole["properties"].values() for name in _inside(part, sections))
    said = [_section("Posture", whole, sections)]
    for name in order:
        section = sections[name]
        if name in _LIKE:
            known = sections[_LIKE[name]]["properties"]
            section = section | {"properties": {k: v for k, v in section["properties"].items() if k not in known}}
        if name not in _WITHIN:
            said.append(_section(name, section, sections))
    return "\n" + "\n".join(said) + "\n"


def _inside(part: Schema, sections: Schema) -> Iterator[str]:
    """The sections that a value holds, outermost first."""
    for one in options(part):
        if "$ref" in one:
            name = _name(one)
            yield name
            for inner in sections[name]["properties"].values():
                yield from _inside(inner, sections)
        for key in ("items", "additionalProperties"):
            if isinstance(one.get(key), dict):
                yield from _inside(one[key], sections)
        for inner in one.get("patternProperties", {}).values():
            yield from _inside(inner, sections)


def _section(name: str, section: Schema, sections: Schema) -> str:
    words = _words_of(name)
    needed = section.get("required", ())
    rows = "".join(_row(key, part, sections, key in needed) for key, part in section["properties"].items())
    later = f" *{NOT_YET}*" if section.get(DECLARED_ONLY) else ""
    like = f" Beside the keys of a {_words_of(_LIKE[name]).lower()}:" if name in _LIKE else ""
    head = "| key | value | what it is for | without it |\n| --- | --- | --- | --- |\n"
    return f"### {words}\n\n{section['description']}{later}{like}\n\n{head}{rows}"


def _row(key: str, part: Schema, sections: Schema, needed: bool) -> str:
    named = sections[_name(part)] if "$ref" in part else {}
    told = part.get("description") or named["description"]
    told += " *Not yet.*" if part.get(DECLARED_ONLY) else ""
    missing = "it must be there" if needed else part.get(OTHERWISE, "")
    return f"| `{key}` | {_value(part)} | {told} | {missing} |\n"


def _value(part: Schema) -> str:
    """What a value is, in words."""
    if WORDS in part:
        return str(part[WORDS])
    several = options(part)
    if len(several) == 2 and several[1].get("type") == "array" and several[1]["items"] == several[0]:
        return f"{_value(several[0])}, or a list"
    if len(several) > 1 or "anyOf" in part:
        return ", or ".join(dict.fromkeys(_value(one) for one in several))
    if "$ref" in part:
        name = _name(part)
        place = _words_of(_WITHIN.get(name, name)).lower().replace(" ", "-")
        return f"[{_words_of(name).lower()}](#{place})"
    if part["type"] == "array":
        return f"list: {_value(part['items'])}"
    inner = part.get("additionalProperties") or next(iter(part["patternProperties"].values()))
    return f"by {part['propertyNames'][WORDS]}: {_value(inner)}"


def _name(part: Schema) -> str:
    """Of the section that a value is."""
    return str(part["$ref"].rsplit("/", 1)[1])


def _words_of(name: str) -> str:
    """`HealthCheck` is a health check."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def write() -> None:
    """Writes both documents."""
    (_DOCS / "findings.md").write_text(findings(), encoding="utf-8")
    page = _DOCS / "posture.md"
    page.write_text(posture(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
