"""The JSON Schema takes what the reader takes, and marks what it can mark."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from posture import CODES, loads
from posture.explained import EXAMPLES
from posture.findings import Finding
from posture.schema import schema
from posture.tree import Map, Scalar, Seq, Value, read

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WHOLE = re.findall(r"```yaml\n(.*?)```", Path("docs/posture.md").read_text(encoding="utf-8"), re.DOTALL)
GOOD = [*WHOLE[:2], Path("examples/acme.yaml").read_text(encoding="utf-8"), *(one.mended for one in EXAMPLES.values())]
#: What an editor marks with the schema alone; the other codes are about names, or about how parts fit together.
SHAPES = ("INC103", "INC105", "INC106", "INC107", "INC110", "INC111", "INC112")


@pytest.fixture(scope="module")
def checked() -> Draft202012Validator:
    made = schema()
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def plain(value: Value) -> Any:
    """As an editor reads it."""
    if isinstance(value, Map):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Seq):
        return [plain(item) for item in value]
    if not isinstance(value, Scalar):
        return None
    if value.kind in ("int", "float"):
        return float(value) if value.kind == "float" else int(value)
    return value.lower() == "true" if value.kind == "bool" else str(value)


def parsed(text: str) -> Any:
    found: list[Finding] = []
    [document] = read(text, "posture", found)
    assert found == []
    return plain(document)


def wrong(checked: Draft202012Validator, text: str) -> list[str]:
    return [error.message for error in checked.iter_errors(parsed(text))]


@pytest.mark.parametrize("text", GOOD, ids=[f"posture-{number}" for number in range(len(GOOD))])
def test_what_checks_clean_is_valid(checked: Draft202012Validator, text: str) -> None:
    assert (wrong(checked, text), loads(text, now=NOW).findings) == ([], ())


@pytest.mark.parametrize("code", SHAPES)
def test_a_value_of_the_wrong_shape_is_marked(checked: Draft202012Validator, code: str) -> None:
    assert wrong(checked, EXAMPLES[code].bad) != []


def test_every_key_says_what_it_is_for() -> None:
    made = schema()
    sections = {"Posture": made} | made["$defs"]
    keys = [(name, key, part) for name, section in sections.items() for key, part in section["properties"].items()]
    silent = [(name, key) for name, key, part in keys if not {"description", "$ref"} & _all_keys(part)]
    assert silent == []
    assert len(keys) > 100


def _all_keys(part: dict[str, Any]) -> set[str]:
    return set(part) | {key for one in part.get("anyOf", ()) for key in one}


def test_the_codes_of_shapes_are_codes() -> None:
    assert set(SHAPES) - set(CODES) == set()
