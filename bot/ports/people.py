"""People, how they are reached, and what they hold: the repositories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.contacts import Contact, ContactKind
from bot.domain.groups import GroupTrouble, UserGroup
from bot.domain.links import Link
from bot.domain.people import Person, PersonId
from bot.domain.rules import Rule
from bot.domain.severity import Urgency


class People(Protocol):
    async def get(self, person_id: PersonId) -> Person: ...
    async def many(self, ids: Iterable[PersonId]) -> dict[PersonId, Person]: ...
    async def by_slack(self, slack_id: str) -> Person | None: ...
    async def by_slacks(self, slack_ids: Iterable[str]) -> dict[str, Person]: ...
    async def by_phone(self, phone: str) -> Person | None:
        """Who is paged at this number, else whom it belongs to by the posture."""

    async def by_email(self, email: str) -> Person | None:
        """Who they are by posture or directory, else who verified the address."""

    async def by_handles(self, handles: Iterable[str]) -> dict[str, Person]: ...
    async def all(self) -> list[Person]: ...
    async def add(self, person: Person) -> Person:
        """`id` is given by storage."""

    async def save(self, person: Person) -> None: ...


class UserGroups(Protocol):
    """Slack user groups as we last heard of them."""

    async def named(self, names: Iterable[str]) -> dict[str, UserGroup]:
        """By handle or by Slack id, under the name that was asked for; of two of one handle the active one."""

    async def all(self) -> list[UserGroup]: ...
    async def put(self, given: UserGroup) -> None:
        """Insert or replace."""

    async def troubles(self) -> dict[str, GroupTrouble]:
        """Those that Slack does not let follow who is on call, by the posture's name for them."""

    async def trouble(self, given: GroupTrouble) -> None:
        """Insert or replace."""

    async def mended(self, names: Iterable[str]) -> None: ...


class Contacts(Protocol):
    """Addresses that people added themselves, and numbers that texted STOP. `Person` shows what is in force."""

    async def of(self, person_id: PersonId) -> list[Contact]: ...
    async def put(self, given: Contact) -> None:
        """Insert or replace: the one of its person and kind that is pending, or the one that is not."""

    async def remove(self, person_id: PersonId, kind: ContactKind) -> None:
        """The verified one."""

    async def stop(self, number: str, at: datetime) -> bool:
        """Its carrier takes no SMS of ours any more; False if that was known."""

    async def start(self, number: str) -> bool:
        """It does again; False if it always did."""


class Rules(Protocol):
    """Personal rules, in order; urgencies without any have the defaults."""

    async def of(self, person_id: PersonId) -> dict[Urgency, tuple[Rule, ...]]: ...
    async def many(self, ids: Iterable[PersonId], urgency: Urgency) -> dict[PersonId, tuple[Rule, ...]]: ...
    async def put(self, person_id: PersonId, urgency: Urgency, rules: Sequence[Rule]) -> None:
        """Replaces them; none means the defaults again."""


class Links(Protocol):
    """One-time links of mails, by the hash of their token."""

    async def add(self, links: Sequence[Link]) -> None:
        """Known ones are left alone."""

    async def get(self, digest: str) -> Link | None: ...
    async def use(self, digest: str, at: datetime) -> bool:
        """False if it was used before."""
