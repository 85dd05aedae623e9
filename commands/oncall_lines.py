"""The values a line of `/oncall` can mean; `oncall_parser` makes them, `oncall` and `rota` act on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.contacts import ContactKind
from commands.times import Span, When


class OncallVerb(StrEnum):
    """Every word that may follow `/oncall`."""

    NOW = "now"
    NEXT = "next"
    SCHEDULE = "schedule"
    GAPS = "gaps"
    FAIRNESS = "fairness"
    POST = "post"
    OVERRIDE = "override"
    HANDOFF = "handoff"
    SWAP = "swap"
    COVER = "cover"
    AWAY = "away"
    EXTEND = "extend"
    REGENERATE = "regenerate"
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    CALENDAR = "calendar"
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
class Calendar:
    """`calendar [revoke] [schedule]`; without a schedule one's own shifts, or every link to revoke."""

    schedule: str = ""
    revoke: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """`post [schedule | team NAME] [off]`, for the channel where it is typed; without a name every schedule."""

    name: str = ""
    team: bool = False
    off: bool = False


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


@dataclass(frozen=True, slots=True)
class Look:
    """`now`, `next`, `schedule` or `gaps`, of one schedule or of all."""

    verb: OncallVerb
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """`schedule new`, or `schedule NAME edit`: by form."""

    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Fairness:
    """`fairness [schedule] [days]`."""

    schedule: str = ""
    days: int = 30


@dataclass(frozen=True, slots=True)
class Override:
    """`override [schedule] [@person] [span]`; the form asks for what is left out."""

    schedule: str = ""
    slack_id: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Handoff:
    """`handoff [schedule] [@person] [at time]`; the form asks for what is left out."""

    schedule: str = ""
    slack_id: str = ""
    at: When | None = None


@dataclass(frozen=True, slots=True)
class AskSwap:
    """`swap [schedule]`: always by form, for it takes two shifts that exist."""

    schedule: str = ""


@dataclass(frozen=True, slots=True)
class AskCover:
    """`cover [schedule] [span]`; the form asks for what is left out."""

    schedule: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """`away [@person] [span | list | back]`; alone it opens the form."""

    slack_id: str = ""
    span: Span | None = None
    shown: bool = False
    back: bool = False


@dataclass(frozen=True, slots=True)
class Extend:
    """`extend [schedule] [weeks]`; without one all of them."""

    schedule: str = ""
    weeks: int = 8


@dataclass(frozen=True, slots=True)
class Regenerate:
    """`regenerate schedule [from time]`."""

    schedule: str
    since: When = When()


@dataclass(frozen=True, slots=True)
class Switch:
    """`activate` or `deactivate schedule`."""

    schedule: str
    on: bool


OwnLine = OncallHelp | Me | Calendar | Post | AddContact | ProveContact | RemoveContact
RotaLine = Look | Design | Fairness | Override | Handoff | AskSwap | AskCover | Away | Extend | Regenerate | Switch
OncallLine = OwnLine | RotaLine
