"""Targets of a tier: whom it means, in the words people write.

on-call            whoever is on call for the team that owns the service
on-call +1         the one after them in rotation order
team               everyone in that team
payments           a person, a position, a schedule (whoever is on call) or a team, by its name
payments +1        the one after, on a schedule
team payments      where the name alone could be mistaken: person, position, schedule or team before it
eng-manager: slack+sms     by these notifiers, instead of the person's own rules
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import PlainValidator

from bot.domain.escalation import Target, TargetKind
from posture.findings import nearest
from posture.tree import Map, Scalar, Seq
from posture.values import KINDS, ON_CALL, TEAM, kind, text_of, wrong

NOTIFIERS: Final = ("slack", "sms", "email")
_LATER: Final = ("voice", "phone", "webhook", "pagerduty")
_WRITTEN: Final = re.compile(r"(?:(person|position|schedule|team)\s+)?(\S+?)(?:\s*\+\s*([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Written:
    """A target as it is written; what its name means is known once everything is read."""

    text: Scalar
    kind: TargetKind | None  # None: the name decides
    name: str  # empty: the team that owns the service
    offset: int
    notifiers: tuple[str, ...]

    def target(self, meant: TargetKind) -> Target:
        return Target(meant, self.name, self.offset, self.notifiers)


def _target(value: object) -> Written:
    if isinstance(value, Map):
        if len(value) != 1:
            raise wrong("INC105", "A target names one thing.", "Write each target on a line of its own.")
        [(text, notifiers)] = value.items()
        return _written(text, _notifiers(notifiers))
    return _written(text_of(value, "a target such as `on-call`"), ())


def _written(text: Scalar, notifiers: tuple[str, ...]) -> Written:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise wrong("INC105", f"`{text}` is not a target.", "Write a name such as `on-call` or `team payments`.")
    before, name, offset = match[1], match[2], int(match[3] or 0)
    if before is None and name in (ON_CALL, TEAM):
        meant = TargetKind.SCHEDULE if name == ON_CALL else TargetKind.TEAM
        written = Written(text, meant, "", offset, notifiers)
    else:
        written = Written(text, TargetKind(before) if before else None, name, offset, notifiers)
    if offset and written.kind not in (None, TargetKind.SCHEDULE):
        raise wrong("INC105", f"`{text}` counts along no schedule.", f"Remove `+{offset}`, or name a schedule.")
    return written


def _notifiers(value: object) -> tuple[str, ...]:
    """`slack+sms`, or a list of them."""
    if isinstance(value, Seq):
        scalars = [text_of(item, "a notifier") for item in value]
    else:
        text = text_of(value, "notifiers such as `slack+sms`")
        scalars = [Scalar(part.strip(), text.mark) for part in text.split("+")]
    return tuple(dict.fromkeys(_notifier(scalar) for scalar in scalars))


def _notifier(name: Scalar) -> str:
    if name in _LATER:
        raise wrong("INC112", f"The notifier `{name}` is not available yet.", "Use slack, sms or email.", name.mark)
    if name not in NOTIFIERS:
        raise wrong("INC112", f"There is no notifier {kind(name)}.", nearest(name, NOTIFIERS), name.mark)
    return str(name)


TargetText = Annotated[Written, PlainValidator(_target)]

assert set(KINDS) == set(TargetKind)  # the words people write are the domain's
