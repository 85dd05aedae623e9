"""What a posture names and the world does not have: people, addresses, user groups and channels. Pure.

A lack is about what stands in the posture: its place is an entry there, by section and name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.domain.escalation import TargetKind
from bot.domain.people import Person
from bot.domain.posture import PersonDecl, Posture

#: Every code of `tocsin audit`: what it means, and what to do. Those in WARNINGS leave somebody who can be paged.
CODES: Final[dict[str, tuple[str, str]]] = {
    "INC401": (
        "A person is deactivated in Slack.",
        "Take them out of the posture, or have Slack's admins activate them again.",
    ),
    "INC402": (
        "A person is not in this Slack workspace.",
        "Copy the member id from their profile in Slack, or correct their email.",
    ),
    "INC403": (
        "A person has no phone, and this installation sends SMS and calls.",
        "Add `phone`, or ask them to add one from `/oncall me`.",
    ),
    "INC404": (
        "A person has no email address, and this installation sends mail.",
        "Add `email`, or ask them to add one from `/oncall me`.",
    ),
    "INC405": (
        "Somebody added an address and never verified it.",
        "Ask them to finish it from `/oncall me`; until then no page goes there.",
    ),
    "INC406": (
        "A user group is not in Slack, or is disabled there.",
        "Make it in Slack (People, User groups), or correct its name in the posture.",
    ),
    "INC407": (
        "A channel does not exist, is archived, or is private without the bot in it.",
        "Make it or invite the bot, or correct its name.",
    ),
    "INC408": (
        "The spreadsheet, or a row of it, cannot be read.",
        "Mend it in the spreadsheet; until then what was last read without a fault stays in force.",
    ),
    "INC409": (
        "Nobody is on call at some time within 14 days.",
        "Put somebody on call for it with `/oncall override`, or add a layer that covers it.",
    ),
}
GONE, STRANGER, NO_PHONE, NO_EMAIL, UNVERIFIED, NO_GROUP, NO_CHANNEL, SHEET, GAP = CODES
WARNINGS: Final = frozenset({NO_PHONE, NO_EMAIL, UNVERIFIED, NO_CHANNEL})


@dataclass(frozen=True, slots=True)
class Seen:
    """Slack as it is now. Groups and channels by each name and id they have; None: Slack did not say."""

    people: Mapping[str, bool]  # by Slack id: active
    by_email: Mapping[str, str]  # small letters: the Slack id
    groups: Mapping[str, bool] | None  # active
    channels: frozenset[str] | None  # those that are not archived


@dataclass(frozen=True, slots=True)
class Reached:
    """What the database knows of one person's addresses, and what they added and did not verify (`phone`, `email`)."""

    phone: bool
    email: bool
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """What the database knows beside Slack, by handle; channels (ids) that hold standing posts; usable notifiers."""

    reached: Mapping[str, Reached] = field(default_factory=dict)
    posts: tuple[tuple[str, str], ...] = ()  # what each is about, and its channel
    notifiers: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing. `given` is the group, channel, address or time that it is about."""

    code: str
    section: str  # of the entry where it stands; empty: nowhere in the posture
    name: str
    given: str = ""

    @property
    def warning(self) -> bool:
        return self.code in WARNINGS


def reached(person: Person, unverified: Iterable[str]) -> Reached:
    """Of somebody whom the database knows."""
    return Reached(person.number is not None, person.mailbox is not None, tuple(unverified))


def lacks(posture: Posture, seen: Seen, around: Around) -> list[Lack]:
    """Everything that is missing, each once, in the order of the posture."""
    found = [lack for person in posture.people.values() for lack in _of_person(person, seen, around)]
    if seen.groups is not None:
        named = _groups(posture)
        found += [Lack(NO_GROUP, *place, group) for group, place in named if not _there(group, place[0], seen.groups)]
    if seen.channels is not None:
        found += [Lack(NO_CHANNEL, *place, name) for name, place in _channels(posture) if name not in seen.channels]
        found += [Lack(NO_CHANNEL, "", about, at) for about, at in around.posts if at not in seen.channels]
    return list(dict.fromkeys(found))


def _of_person(person: PersonDecl, seen: Seen, around: Around) -> Iterator[Lack]:
    number = person.slack_id or seen.by_email.get((person.email or "").lower())
    if number is not None and seen.people.get(number) is False:
        yield Lack(GONE, "people", person.handle)
        return
    if (person.slack_id or person.email) and (number is None or number not in seen.people):
        yield Lack(STRANGER, "people", person.handle, person.slack_id or person.email or "")
    known = around.reached.get(person.handle, Reached(False, False))
    if not (person.phone or known.phone) and {"sms", "voice"} & set(around.notifiers):
        yield Lack(NO_PHONE, "people", person.handle)
    if not (person.email or known.email) and "email" in around.notifiers:
        yield Lack(NO_EMAIL, "people", person.handle)
    for kind in known.unverified:
        yield Lack(UNVERIFIED, "people", person.handle, kind)


Place = tuple[str, str]


def _groups(posture: Posture) -> Iterator[tuple[str, Place]]:
    """Those that hold whoever is on call, and those that are paged; each with where it is named."""
    for schedule in posture.schedules.values():
        if schedule.user_group:
            own = schedule.name == schedule.team
            yield schedule.user_group, ("teams" if own else "schedules", schedule.name)
    for policy in posture.policies.values():
        targets = [target for tier in policy.tiers for target in tier.targets]
        for target in [*targets, *([policy.executive] if policy.executive else [])]:
            if target.kind is TargetKind.USER_GROUP:
                yield target.name, ("escalation_policies", policy.name)


def _there(group: str, section: str, groups: Mapping[str, bool]) -> bool:
    """One that follows who is on call is disabled while nobody is."""
    return groups.get(group, False) if section == "escalation_policies" else group in groups


def _channels(posture: Posture) -> Iterator[tuple[str, Place]]:
    """Where incidents are announced; what a service says of a severity only where it differs."""
    for rules in posture.severities.values():
        for channel in rules.notify_channels:
            yield channel, ("severities", rules.name)
    for service in posture.services.values():
        for rules in service.severities.values():
            everywhere = posture.severities[rules.name].notify_channels if rules.name in posture.severities else ()
            for channel in rules.notify_channels:
                if channel not in everywhere:
                    yield channel, ("services", service.name)
