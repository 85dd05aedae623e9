"""The language as a JSON Schema, for editors that complete and check a posture while somebody types.

It is made from the models: pydantic knows the shapes, each type and key says its words (`section`, `values`).
"""

from __future__ import annotations

from typing import Any, Final

from posture.model import Document
from posture.section import DECLARED_ONLY, OTHERWISE, WORDS, Schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NOT_YET: Final = "Checked and generated from; the bot does not act on it yet."

#: Where a schema holds others: one, several, or several by name.
_ONE: Final = ("items", "additionalProperties")
_SEVERAL: Final = ("anyOf",)
_NAMED: Final = ("properties", "patternProperties", "$defs")


def raw() -> Schema:
    """What pydantic makes of the models, with their words beside it: what the tables of keys are written from."""
    return Document.model_json_schema()


def schema() -> Schema:
    """What may be written, with what each key is for. What names mean is judged by `check` alone."""
    made = _finished(raw())
    made["properties"] = {name: _or_empty(value) for name, value in made["properties"].items()}
    made["patternProperties"] = {"^x-": {"description": "Anchors for the rest of the file."}}
    return {"$schema": DIALECT, "title": "Tocsin posture"} | made


def options(part: Schema) -> list[Schema]:
    """What a value may be, nothing aside: a key without a value is a finding."""
    return [one for one in part.get("anyOf", [part]) if one.get("type") != "null"]


def _or_empty(value: Schema) -> Schema:
    """A section may be left empty."""
    told = {"description": value["description"]} if "description" in value else {}
    shape = {name: item for name, item in value.items() if name != "description"}
    return {"anyOf": [*shape.get("anyOf", [shape]), {"type": "null"}]} | told


def _finished(part: Schema) -> Schema:
    """The words as titles and descriptions, as editors show them; without what only pydantic needs."""
    left_out = ("title", "default", "anyOf", WORDS, OTHERWISE, DECLARED_ONLY)
    made: Schema = {name: value for name, value in part.items() if name not in left_out}
    if WORDS in part:
        made["title"] = part[WORDS].replace("`", "")
    if isinstance(part.get("default"), bool):
        made["default"] = part["default"]
    if told := _told(part):
        made["description"] = told
    for name in _ONE:
        if isinstance(made.get(name), dict):
            made[name] = _finished(made[name])
    for name in _NAMED:
        if name in made:
            made[name] = {key: _finished(value) for key, value in made[name].items()}
    if "patternProperties" in made:
        made.setdefault("additionalProperties", False)
    made.pop("propertyNames", None)
    return _either(part, made)


def _either(part: Schema, made: Schema) -> Schema:
    """One option needs no choice; what is said of the key goes before what is said of its type."""
    if "anyOf" not in part:
        return made
    several = [_finished(one) for one in options(part)]
    return several[0] | made if len(several) == 1 else made | {"anyOf": several}


def _told(part: Schema) -> str:
    said: list[Any] = [part.get("description")]
    if OTHERWISE in part:
        said.append(f"Without it: {part[OTHERWISE]}.")
    if part.get(DECLARED_ONLY):
        said.append(NOT_YET)
    return " ".join(text for text in said if text)
