"""What people settle for themselves: how they are reached, and what came of changing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.contacts import Contact
from bot.domain.people import Person
from bot.domain.rules import Rule
from bot.domain.severity import Urgency

#: Every code there is, with the data its sentence may use. A test holds the views to this table.
CODES: dict[str, tuple[str, ...]] = {
    "rules_saved": (),
    "rules_reset": (),
    "code_sent": ("kind", "address", "minutes"),
    "address_kept": ("kind", "address"),  # pages go there already
    "address_verified": ("kind", "address"),
    "address_removed": ("kind", "address"),  # address: where pages go now, or ""
    "test_sent": ("notifiers",),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What a person changed about themselves, as a code with data; `bot.views.own` words it."""

    code: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ways:
    """How one person is reached, as they may see it themselves."""

    person: Person
    rules: Mapping[Urgency, tuple[Rule, ...]]  # in force, the defaults where they made none
    made: frozenset[Urgency]  # for which they made their own
    configured: frozenset[str]
    usable: frozenset[str]  # configured, and with an address of theirs
    mail_declared: bool = True  # the posture names their mail address; otherwise it is Slack's
    pending: tuple[Contact, ...] = ()  # addresses that wait for their code
