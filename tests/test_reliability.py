"""docs/reliability.md: every row of every notifier's table names a test, and that test is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.domain.delivery import EFFECT_OF

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(\w+)::(\w+)`", DOC)
#: Tables of outcomes begin so; each has a row a line until a blank one.
HEAD = "| what is seen |"


def named_in(name: str) -> set[str]:
    [file] = (ROOT / "tests").rglob(f"test_{name}.py")
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_test_that_a_row_names_is_there(file: str, test: str) -> None:
    assert f"test_{test}" in named_in(file)


def test_every_row_names_a_test() -> None:
    tables = [HEAD + part.split("\n\n")[0] for part in DOC.split(HEAD)[1:]]
    rows = [row for table in tables for row in table.strip().splitlines()[2:]]
    assert [row for row in rows if not re.search(r"`\w+::\w+` \|$", row)] == []


def test_the_notifiers_that_have_a_table_are_notifiers() -> None:
    titles = {title.casefold() for title in re.findall(r"^## (.+)$", DOC, re.MULTILINE)}
    assert {"email", "webhook", "pagerduty"} <= titles & set(EFFECT_OF)
