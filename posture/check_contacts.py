"""Can whoever is named be reached by what is named? What people add to their contacts in Slack is not known here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.domain.escalation import TargetKind
from posture.findings import Finding, finding
from posture.model import Document, Person
from posture.named import members, rotations, targets_of, whole
from posture.names import Names
from posture.targets import Written
from posture.tree import Scalar

#: What a notifier needs of a person, any of it; the others need nothing of them.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "slack": ("slack", "email"),
    "sms": ("phone",),
    "voice": ("phone",),
    "email": ("email",),
}
_ADDRESSES = ("slack", "email", "phone")


def contact_checks(document: Document, names: Names) -> Iterator[Finding]:
    """People whom a target names with notifiers of which none can reach them; those without any address are INC301."""
    people = {str(handle): person for handle, person in whole("people", document.people, names)}
    for _, policy in whole("escalation_policies", document.escalation_policies, names):
        for target in targets_of(policy):
            yield from _unreached(target.text, target.notifiers, _meant(document, names, target), people)
    everywhere = [document.severities, *(service.severities for service in document.services.values())]
    for told in (
        one for severities in everywhere for rules in severities.values() for one in rules.notify_positions or ()
    ):
        yield from _unreached(told.position, told.notifiers, _fill(document, told.position), people)


def _unreached(
    text: Scalar, notifiers: tuple[str, ...], handles: list[Scalar], people: Mapping[str, Person]
) -> Iterator[Finding]:
    if not notifiers or not all(notifier in _NEEDS for notifier in notifiers):
        return
    wanted = {address for notifier in notifiers for address in _NEEDS[notifier]}
    known = [(handle, people[handle]) for handle in dict.fromkeys(map(str, handles)) if handle in people]
    deaf = [f"`{handle}`" for handle, one in known if _has(one, _ADDRESSES) and not _has(one, wanted)]
    if deaf:
        message = f"`{text}` means {' and '.join(deaf)}, whom `{'+'.join(notifiers)}` cannot reach."
        fix = f"Add {' or '.join(sorted(wanted))} to {' and '.join(deaf)}, or another notifier here."
        yield finding("INC313", text.mark, message, fix)


def _has(person: Person, addresses: Iterable[str]) -> bool:
    return any(getattr(person, address) for address in addresses)


def _meant(document: Document, names: Names, target: Written) -> list[Scalar]:
    """The people whom a target can mean without knowing whose service it is."""
    kind = names.meant(target)
    if not target.name:
        return []
    if kind is TargetKind.PERSON:
        return [Scalar(target.name, target.text.mark)]
    if kind is TargetKind.POSITION:
        return _fill(document, Scalar(target.name, target.text.mark))
    if kind is TargetKind.TEAM:
        return [member for name, team in document.teams.items() if name == target.name for member in team.members]
    if kind is not TargetKind.SCHEDULE:
        return []
    turning = [member for name, one in rotations(document) if name == target.name for member in members(one.layers)]
    return turning or [
        member for name, team in document.teams.items() if name == target.name for member in team.members
    ]


def _fill(document: Document, position: Scalar) -> list[Scalar]:
    return [holder for name, holders in document.positions.items() if name == position for holder in holders]
