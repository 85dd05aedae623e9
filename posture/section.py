"""What every section of the language shares: keys that explain themselves, shorthands, and findings about keys.

A key is declared once, with its type, what it is for and what holds without it. Reading, the JSON Schema and the
tables of docs/posture.md all come from that.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Final, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from posture.findings import Finding, finding, nearest
from posture.tree import Map, Scalar, Seq

T = TypeVar("T")
Schema = dict[str, Any]

#: Keys of a JSON Schema that become words: what a value is, what holds without it, whether nothing acts on it yet.
WORDS: Final = "x-words"
OTHERWISE: Final = "x-otherwise"
DECLARED_ONLY: Final = "x-declared-only"

_MOST_KEYS: Final = 40
_ALIKE: Final = 0.6


class Section(BaseModel):
    """Keys that are not known, or have no value, become findings beside all others."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, frozen=True)
    _may_be_empty: ClassVar[bool] = False
    _acts: ClassVar[bool] = True  # whether the bot does anything about it yet

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None:
            return {}
        if not isinstance(value, Map):
            return value
        known, found = Map(value.mark), findings_of(info)
        cls._as_meant(value, found)
        for name, item in value.items():
            if name not in cls.model_fields:
                message = f"`{name}` is not a key here."
                found.append(finding("INC103", name.mark, message, nearest(name, cls.model_fields, few=_MOST_KEYS)))
            elif item is not None:
                known[name] = item
            elif not cls._may_be_empty:
                found.append(
                    finding("INC105", name.mark, f"`{name}` has no value.", "Give it one, or remove the line.")
                )
        return known

    @classmethod
    def _as_meant(cls, value: Map, found: list[Finding]) -> None:
        """A key that must be there and is misspelt is told of once, and then read as what it means."""
        missing = [name for name, field in cls.model_fields.items() if field.is_required() and name not in value]
        for name in missing:
            unknown = [key for key in value if key not in cls.model_fields]
            for key in get_close_matches(name, unknown, n=1, cutoff=_ALIKE):
                written = value.key(key)
                message = f"`{written}` is not a key here."
                found.append(finding("INC103", written.mark, message, f"Did you mean `{name}`?"))
                value[Scalar(name, written.mark)] = value.pop(written)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        made = handler(core)
        if not cls._acts:
            handler.resolve_ref_schema(made)[DECLARED_ONLY] = True
        return made


def findings_of(info: ValidationInfo) -> list[Finding]:
    """The list that `shape.validate` hands down."""
    context = info.context
    assert isinstance(context, list)
    return context


def key(what: str, default: Any = None, *, otherwise: str = "", acts: bool = True, **limits: Any) -> Any:
    """A key that may be left out: `otherwise` says what holds then. Without `acts`, nothing obeys it yet."""
    extra: Schema = {OTHERWISE: otherwise} if otherwise else {}
    if not acts:
        extra[DECLARED_ONLY] = True
    return Field(default=default, description=what, json_schema_extra=extra, **limits)


def needed(what: str, **limits: Any) -> Any:
    """A key that must be there."""
    return Field(description=what, **limits)


@dataclass(frozen=True)
class Shorthand:
    """A value of this shape stands for a mapping with it under `key`."""

    key: str
    shape: type[Scalar] | type[Seq] | type[Map]

    def written_out(self, value: Any) -> Any:
        if not isinstance(value, self.shape):
            return value
        made = Map(value.mark)
        made[Scalar(self.key, value.mark)] = value
        return made

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.written_out, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        whole = handler(core)
        options = list(whole.get("anyOf", [whole]))
        short = handler.resolve_ref_schema(options[0])["properties"][self.key]
        short = {
            name: item for name, item in short.items() if name not in ("description", "default", "title", OTHERWISE)
        }
        return {"anyOf": [*options, short] if short not in options else options}


@dataclass(frozen=True)
class _Alone:
    """One thing stands for a list of it."""

    def listed(self, value: Any) -> Any:
        return Seq(value.mark, [value]) if isinstance(value, Scalar | Map) else value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.listed, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        several = handler(core)
        return {"anyOf": [several["items"], several]}


OneOrMore = Annotated[list[T], _Alone()]
