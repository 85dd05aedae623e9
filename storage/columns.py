"""Column types: UTC times, words of an enumeration, free text, and small structures kept as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, SmallInteger, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.budgets import Paid
from bot.domain.escalation import Policy, policy_from_json, policy_to_json

E = TypeVar("E", bound=Enum)

#: SQLite counts only a plain INTEGER up by itself.
Id = BigInteger().with_variant(Integer, "sqlite")


class Utc(TypeDecorator[datetime]):
    """An aware time, always UTC. A naive one is refused: nobody could know what it meant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value.isoformat()}: give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside, verbatim but for what no database can hold: NUL and halves of surrogate pairs."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


class Choice(TypeDecorator[E], Generic[E]):
    """A member of an enumeration, stored by its value (text, or a small number)."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        super().__init__()
        self.members = members

    def load_dialect_impl(self, _dialect: Dialect) -> TypeEngine[Any]:
        whole = all(isinstance(member.value, int) for member in self.members)
        return SmallInteger() if whole else Text()

    def process_bind_param(self, value: E | None, _dialect: Dialect) -> Any:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any, _dialect: Dialect) -> E | None:
        return None if value is None else self.members(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A tuple of names in its order."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, _dialect: Dialect) -> list[str]:
        return list(value or ())

    def process_result_value(self, value: list[str] | None, _dialect: Dialect) -> tuple[str, ...]:
        return tuple(value or ())


class Payments(TypeDecorator[tuple[Paid, ...]]):
    """What was sent within a budget's window: a few rows with their times."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[Paid] | None, _dialect: Dialect) -> list[list[Any]]:
        return [[one.at.astimezone(UTC).isoformat(), one.row_id] for one in value or ()]

    def process_result_value(self, value: list[list[Any]] | None, _dialect: Dialect) -> tuple[Paid, ...]:
        return tuple(Paid(datetime.fromisoformat(at), row_id) for at, row_id in value or ())


class NameSet(TypeDecorator[frozenset[str]]):
    """A set of names; sorted where it is stored, so that equal sets are equal text."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, _dialect: Dialect) -> list[str]:
        return sorted(value or ())

    def process_result_value(self, value: list[str] | None, _dialect: Dialect) -> frozenset[str]:
        return frozenset(value or ())


class PolicySnapshot(TypeDecorator[Policy]):
    """The policy a run climbs, as it stood when the run started."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Policy | None, _dialect: Dialect) -> dict[str, object] | None:
        return None if value is None else policy_to_json(value)

    def process_result_value(self, value: dict[str, object] | None, _dialect: Dialect) -> Policy | None:
        return None if value is None else policy_from_json(value)
