"""What every repository works with: the connection of one transaction, and how to run statements on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Executable,
    Interval,
    RowMapping,
    Select,
    Table,
    bindparam,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import Utc

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlalchemy import Connection

#: How long a claimed row belongs to its claimer, in real time. Calls end sooner (5 s), so that no two overlap.
LEASE = timedelta(seconds=15)

T = TypeVar("T")
Insert = sqlite.Insert | postgresql.Insert
Values = Mapping[str, Any]


def word(value: str) -> ColumnElement[Any]:
    """A value written into the statement itself: partial indexes are chosen only for a constant."""
    return literal_column(f"'{value}'")


def real_now(*, postgres: bool) -> ColumnElement[datetime]:
    """Time that nobody moves: the database's own, so that replicas agree, else this machine's (Scope.moments)."""
    if postgres:
        return func.clock_timestamp(type_=DateTime(timezone=True))
    return bindparam("real_now", type_=Utc())


def lease_end(*, postgres: bool) -> ColumnElement[datetime]:
    """When a lease that is taken now ends."""
    if postgres:
        return func.clock_timestamp(type_=DateTime(timezone=True)) + literal(LEASE, Interval())
    return bindparam("lease_end", type_=Utc())


@dataclass(frozen=True, slots=True)
class Scope:
    """One transaction. `clock` stamps rows with the time people see; leases use `real_now`."""

    conn: Connection
    writing: bool
    clock: Callable[[], datetime]

    @property
    def postgres(self) -> bool:
        return self.conn.dialect.name == "postgresql"

    def moments(self, *names: str) -> dict[str, datetime]:
        """What `real_now` and `lease_end` stand for in a statement, where the database does not know by itself."""
        if self.postgres:
            return {}
        now = datetime.now(UTC)
        known = {"real_now": now, "lease_end": now + LEASE}
        return {name: known[name] for name in names}

    def real_now(self) -> ColumnElement[datetime]:
        """For a statement that is built for this moment."""
        return real_now(postgres=True) if self.postgres else literal(datetime.now(UTC), Utc())

    def insert(self, table: Table) -> Insert:
        """An insert that can say what to do on a conflict."""
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    async def all(self, statement: Executable, params: Sequence[Values] | Values | None = None) -> Sequence[RowMapping]:
        return self.conn.execute(statement, params).mappings().all()

    async def first(self, statement: Executable) -> RowMapping | None:
        return self.conn.execute(statement).mappings().first()

    async def read(self, query: Query[T], **values: object) -> list[T]:
        """Everything that a query finds for these values of its columns."""
        return [query.shape(*row) for row in self.conn.execute(query.statement, values)]

    async def read_one(self, query: Query[T], **values: object) -> T | None:
        """The first that it finds."""
        row = self.conn.execute(query.statement, values).first()
        return None if row is None else query.shape(*row)

    async def scalar(self, statement: Executable, params: Values | None = None) -> Any:
        return self.conn.execute(statement, params).scalar()

    async def scalars(self, statement: Executable) -> Sequence[Any]:
        return self.conn.execute(statement).scalars().all()

    async def run(self, statement: Executable, params: Sequence[Values] | Values | None = None) -> int:
        """Runs a statement for its effect; returns how many rows an update or delete changed (not an insert).

        A wide row is given as `params`: written into the statement, each column would be compiled anew every time.
        """
        return self.conn.execute(statement, params).rowcount

    async def alone(self, what: str) -> None:
        """Lets one transaction at a time go on past this point, for `what`; SQLite has one writer anyway."""
        if self.postgres:
            self.conn.execute(func.pg_advisory_xact_lock(func.hashtextextended(what, 0)).select())


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """A select that is built once, at import: building it anew costs as much as running it."""

    statement: Select[Any]
    shape: Callable[..., T]

    def where(self, *conditions: ColumnElement[bool]) -> Query[T]:
        """The same, held to more."""
        return replace(self, statement=self.statement.where(*conditions))


def query(shape: type[T], table: Table, *by: ColumnElement[Any], order: Sequence[ColumnElement[Any]] = ()) -> Query[T]:
    """Rows of a table as `shape`, for given values of these columns."""
    wanted = [column == bindparam(column.key, type_=column.type) for column in by]
    columns = [table.c[name] for name in _names(cast("type[DataclassInstance]", shape))]
    return Query(select(*columns).where(*wanted).order_by(*order), shape)


class Repository:
    """A noun's statements in one transaction."""

    __slots__ = ("scope",)

    def __init__(self, scope: Scope) -> None:
        self.scope = scope


@cache
def _names(shape: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape))


def values_of(item: DataclassInstance) -> dict[str, Any]:
    """A dataclass as column values."""
    return {name: getattr(item, name) for name in _names(type(item))}


def changes_of(item: DataclassInstance) -> dict[str, Any]:
    """A dataclass as column values, without its `id`.

    SQLite looks through every table that refers to a row whose key is set, even to what it was.
    """
    values = values_of(item)
    del values["id"]
    return values


def columns_of(table: Table, shape: type[DataclassInstance]) -> list[ColumnElement[Any]]:
    """The columns that make up a dataclass, in a table that may hold more."""
    return [table.c[name] for name in _names(shape)]
