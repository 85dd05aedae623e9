"""The values a line of `/oncall` can mean; `oncall_parser` makes them, `oncall` acts on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.contacts import ContactKind


class OncallVerb(StrEnum):
    """Every word that may follow `/oncall`."""

    ME = "me"
    CONTACT = "contact"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class OncallHelp:
    """`help [command]`."""

    topic: OncallVerb | None = None


@dataclass(frozen=True, slots=True)
class Me:
    """How pages reach me."""


@dataclass(frozen=True, slots=True)
class AddContact:
    """`contact [address]`; without one the form opens."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class ProveContact:
    """`contact 123456`."""

    code: str


@dataclass(frozen=True, slots=True)
class RemoveContact:
    """`contact remove phone|mail`."""

    kind: ContactKind


OncallLine = OncallHelp | Me | AddContact | ProveContact | RemoveContact
