"""The values a line of `/incident` can mean; `parser` makes them, `incident` acts on them.

`number` is the n of an `INC-n` that was typed; None means the incident of this war room.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.escalation import TargetKind


class Verb(StrEnum):
    """Every word that may follow `/incident`."""

    DECLARE = "declare"
    DRILL = "drill"
    LIST = "list"
    SHOW = "show"
    UPDATE = "update"
    STATUS = "status"
    SEVERITY = "severity"
    ROLE = "role"
    ASSIGN = "assign"
    TAKE = "take"
    ACK = "ack"
    UNACK = "unack"
    DECLINE = "decline"
    ESCALATE = "escalate"
    PAGE = "page"
    NOTIFY = "notify"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CANCEL = "cancel"
    NOTE = "note"
    TIMELINE = "timeline"
    WHY = "why"
    POSTMORTEM = "postmortem"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Declare:
    """`declare [severity] [service] title`; without a title the form opens with what is known filled in."""

    title: str = ""
    severity: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Drill:
    """`drill [service] [severity]`, in either order; without them the posture's defaults."""

    service: str | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class List:
    pass


@dataclass(frozen=True, slots=True)
class Help:
    """`help [command]`."""

    topic: Verb | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """show, timeline, why, postmortem."""

    verb: Verb
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """take, ack, decline, notify: nothing more to say."""

    verb: Verb
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """unack, resolve, reopen, cancel, note: words of the person's own."""

    verb: Verb
    text: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """`update text [status:monitoring]` and `status monitoring`; either part may be absent."""

    text: str = ""
    status: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Severity:
    """`severity sev1 [reason]`; without a severity the form opens."""

    severity: str | None = None
    reason: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """`role commander [@person|none]`; no person means oneself, `drop` gives the role back."""

    role: str | None = None
    slack_id: str | None = None
    drop: bool = False
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """`assign @person`; without a person the form opens."""

    slack_id: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Escalate:
    """`escalate [tier]`; without a tier the form shows who would be paged."""

    tier: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`page @person`, `page [kind] name`; `kind` as the posture says it, None where the name decides."""

    slack_id: str | None = None
    kind: TargetKind | None = None
    name: str = ""
    number: int | None = None


#: Lines that change an incident.
Change = Act | Say | Update | Severity | Role | Assign | Escalate | Page
Line = Declare | Drill | List | Help | Look | Change
