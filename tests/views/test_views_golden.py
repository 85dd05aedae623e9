"""Every message, form and document is exactly what was agreed. `GOLDEN=write pytest tests/views` agrees anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from views_checks import problems, view_problems
from views_gallery import MESSAGES, TEXTS, VIEWS

GOLDEN = Path(__file__).parent.parent / "golden"
WRITE = os.environ.get("GOLDEN") == "write"


def held(name: str, shown: str) -> str:
    """The agreed text; with GOLDEN=write it becomes what is shown now."""
    path = GOLDEN / name
    if WRITE:
        path.write_text(shown, encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_as_agreed_and_slack_takes_it(name: str) -> None:
    shown = MESSAGES[name]()
    text = json.dumps({"text": shown.text, "blocks": shown.blocks}, ensure_ascii=False, indent=1) + "\n"
    assert problems(shown) == []
    assert text == held(f"{name}.json", text)


@pytest.mark.parametrize("name", VIEWS)
def test_a_form_or_home_is_as_agreed_and_slack_takes_it(name: str) -> None:
    shown = VIEWS[name]()
    text = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
    assert view_problems(shown) == []
    assert text == held(f"{name}.json", text)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_as_agreed(name: str) -> None:
    shown = TEXTS[name]()
    assert shown == held(name, shown)


def test_nothing_agreed_is_left_over() -> None:
    names = {f"{name}.json" for name in (*MESSAGES, *VIEWS)} | set(TEXTS)
    assert {path.name for path in GOLDEN.iterdir()} == names
