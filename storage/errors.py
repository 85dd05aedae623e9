"""What a database error means: run the work again, say that the database is unavailable, or it is a bug."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from bot.ports import DatabaseUnavailable

#: SQLite's primary result codes → a sentence. The rest are bugs of ours.
_SQLITE: dict[int, str] = {
    sqlite3.SQLITE_BUSY: "The database is locked by another program.",
    sqlite3.SQLITE_LOCKED: "The database is locked by another program.",
    sqlite3.SQLITE_PERM: "The database file may not be opened: check who owns it.",
    sqlite3.SQLITE_READONLY: "The database file is read-only: check its permissions and those of its folder.",
    sqlite3.SQLITE_INTERRUPT: "The database took too long and was interrupted.",
    sqlite3.SQLITE_IOERR: "The disk that holds the database gives errors.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged: restore it from a backup.",
    sqlite3.SQLITE_FULL: "The disk that holds the database is full.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened: check the path and its permissions.",
    sqlite3.SQLITE_NOTADB: "The file is not a SQLite database.",
}

#: PostgreSQL's SQLSTATE, or the class that starts it → a sentence.
_POSTGRES: dict[str, str] = {
    "08": "The connection to the database broke.",
    "25006": "The database is read-only at this moment.",
    "28": "The database refused the user or the password in DATABASE_URL.",
    "3D000": "The database named in DATABASE_URL does not exist.",
    "53100": "The disk that holds the database is full.",
    "53": "The database has no room for more work at this moment.",
    "55P03": "The database is locked by another program.",
    "57014": "The database took too long and was interrupted.",
    "57P": "The database is shutting down or starting up.",
    "58": "The disk that holds the database gives errors.",
}

#: Serialization failure, deadlock, and a row that another transaction added first: the work will find it now.
_AGAIN = frozenset({"40001", "40P01", "23505"})
_UNSETTLED = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_INTERRUPT})


def worth_repeating(error: DBAPIError) -> bool:
    """Nothing was saved and the same work may succeed now: a lost race, or a connection that had gone stale."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _AGAIN


def is_locked(error: DBAPIError) -> bool:
    """Another program writes to the SQLite file at this moment."""
    return _sqlite_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_readonly(error: DBAPIError) -> bool:
    """Something was to be written where nothing may be written."""
    return _sqlite_code(error) == sqlite3.SQLITE_READONLY or getattr(error.orig, "sqlstate", None) == "25006"


def unavailable(error: DBAPIError, *, committing: bool = False) -> DatabaseUnavailable | None:
    """The error in a sentence; None if it is not the database's fault."""
    code = _sqlite_code(error)
    if code is not None:
        sentence = _SQLITE.get(code)
        return DatabaseUnavailable(sentence, unknown=committing and code in _UNSETTLED) if sentence else None
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        lost = error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
        return (
            DatabaseUnavailable(f"The database cannot be reached{_why(error)}.", unknown=committing) if lost else None
        )
    for start in (state, state[:3], state[:2]):
        if start in _POSTGRES:
            return DatabaseUnavailable(_POSTGRES[start], unknown=committing and state[:2] in ("08", "57", "58"))
    return None


def _why(error: DBAPIError) -> str:
    """The driver's own last words: it names the server, the user or the database, never the password."""
    lines = str(error.orig).strip().splitlines()
    return f" ({lines[-1].strip()})" if lines else ""


def _sqlite_code(error: DBAPIError) -> int | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
