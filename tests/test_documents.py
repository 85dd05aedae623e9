"""README.md and docs/: whatever they name that can be typed, followed or set is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS
from bot.settings import NAMES
from cli import CALLED, COMMANDS
from commands.lines import Verb
from commands.oncall_lines import OncallVerb

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

#: Names in capitals that are no settings: of the tests and the benchmarks, a state of an incident, words of Google's.
OTHERS = {"REQUIRE_ALL", "BENCH_DATABASE_URL", "CRASH_AT", "IN_PROGRESS"}
OTHERS |= {"USER_ENTERED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED"}

every = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def code_of(document: Path) -> str:
    """What is set as code: blocks, and words between backticks."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```.*?^ *```", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`[^`\n]+`", text), *re.findall(r"^    \S.*", text, re.MULTILINE)])


def typed(document: Path, pattern: str) -> set[str]:
    """What the pattern's group finds in code."""
    return set(re.findall(pattern, code_of(document)))


@every
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@every
def test_every_verb_is_one_that_is_read(document: Path) -> None:
    assert typed(document, r"/incident ([a-z]+)") - {verb.value for verb in Verb} == set()
    assert typed(document, r"/oncall ([a-z]+)") - {verb.value for verb in OncallVerb} == set()


@every
def test_every_subcommand_is_one(document: Path) -> None:
    named = typed(document, r"(?:tocsin|app\.py) ([a-z]+)")
    assert named - set(COMMANDS) == set()


@every
def test_every_make_target_is_one(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert typed(document, r"\bmake ([a-z-]+)") - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()


@every
def test_every_setting_is_one(document: Path) -> None:
    named = typed(document, r"(?<![\w<])([A-Z]+(?:_[A-Z]+)+)(?![\w>…])")
    makefile = set(re.findall(r"^([A-Z_]+) \?=|\$\(([A-Z_]+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert named - set(NAMES) - OTHERS - {name for pair in makefile for name in pair} == set()


@every
def test_every_file_is_there(document: Path) -> None:
    named = typed(document, r"`((?:[a-z_]+/)+|(?:[a-z_]+/)+[a-z_0-9-]+\.(?:py|md|yaml))`")
    below = ("", "bot/")
    assert [name for name in sorted(named) if not any((ROOT / part / name).exists() for part in below)] == []


def test_the_readme_leads_to_every_document_and_names_the_program() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in DOCUMENTS[1:] if f"(docs/{path.name})" not in readme] == []
    assert CALLED in readme


def test_every_benchmark_is_described() -> None:
    assert typed(ROOT / "docs" / "speed.md", r"`([a-z_]+)`") >= set(BENCHMARKS)


def test_every_make_target_has_its_line_and_is_no_file() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(phony.split()) == targets
