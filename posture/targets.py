"""Targets of a tier: whom it means, in the words people write.

on-call            whoever is on call for the team that owns the service
on-call +1         the one after them in rotation order
team               everyone in that team
payments           a person, a position, a schedule (whoever is on call) or a team, by its name
payments +1        the one after, on a schedule
team payments      where the name alone could be mistaken: person, position, schedule or team before it
user-group oncall  everyone in a Slack user group, by its handle (`@oncall` too) or its id
policy payments    everybody of another policy, tier after tier
eng-manager: slack+sms     by these notifiers, instead of the person's own rules
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import PlainValidator

from bot.domain.delivery import EFFECT_OF
from bot.domain.escalation import Target, TargetKind
from posture.findings import nearest
from posture.tree import Map, Scalar, Seq
from posture.values import KINDS, ON_CALL, TEAM, USER_GROUP, kind, said, text_of, wrong

NOTIFIERS: Final = tuple(EFFECT_OF)
#: Other words for the same.
_ALIASES: Final = {"phone": "voice"}
_WRITTEN: Final = re.compile(rf"(?:({'|'.join(KINDS)})\s+)?(\S+?)(?:\s*\+\s*([0-9]{{1,2}}))?")


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
    elif before == TargetKind.USER_GROUP or (before is None and name.startswith("@")):
        written = Written(text, TargetKind.USER_GROUP, _user_group(text, name), offset, notifiers)
    else:
        written = Written(text, TargetKind(before) if before else None, name, offset, notifiers)
    if offset and written.kind not in (None, TargetKind.SCHEDULE):
        raise wrong("INC105", f"`{text}` counts along no schedule.", f"Remove `+{offset}`, or name a schedule.")
    return written


def _user_group(text: Scalar, name: str) -> str:
    """A handle without its `@`, or an id. Which groups there are is known in Slack alone."""
    match = USER_GROUP.fullmatch(name)
    if match is None:
        raise wrong("INC111", f"`{text}` is not a Slack user group.", "Write `user-group oncall` or its id (`S…`).")
    return match[1]


def _notifiers(value: object) -> tuple[str, ...]:
    """`slack+sms`, or a list of them."""
    if isinstance(value, Seq):
        scalars = [text_of(item, "a notifier") for item in value]
    else:
        text = text_of(value, "notifiers such as `slack+sms`")
        scalars = [Scalar(part.strip(), text.mark) for part in text.split("+")]
    return tuple(dict.fromkeys(_notifier(scalar) for scalar in scalars))


def _notifier(name: Scalar) -> str:
    meant = _ALIASES.get(name, str(name))
    if meant not in NOTIFIERS:
        raise wrong("INC112", f"There is no notifier {kind(name)}.", nearest(name, [*NOTIFIERS, *_ALIASES]), name.mark)
    return meant


@dataclass(frozen=True, slots=True)
class Told:
    """A position that a severity names, with the notifiers by which it is paged; none: by their own rules."""

    position: Scalar
    notifiers: tuple[str, ...] = ()


def _told(value: object) -> Told:
    if isinstance(value, Map):
        if len(value) != 1:
            raise wrong("INC105", "This names one position.", "Write each on a line of its own.")
        [(position, notifiers)] = value.items()
        return Told(position, _notifiers(notifiers))
    return Told(text_of(value, "a position"))


@dataclass(frozen=True, slots=True)
class Last:
    """What comes after the last cycle: `executive` is paged, or everybody where it is None."""

    executive: Written | None = None


def _fallback(value: object) -> Last:
    """`notify_all`, or `{executive: vp-engineering}`."""
    if isinstance(value, Map):
        if list(value) != ["executive"]:
            raise wrong("INC105", "A fallback is `notify_all` or an executive.", "Write `{executive: vp-engineering}`.")
        executive = _target(value[value.key("executive")])
        if executive.kind is TargetKind.POLICY:
            raise wrong("INC105", "A policy is no executive.", "Name a position, a person or a schedule.")
        return Last(executive)
    text = text_of(value, "`notify_all` or an executive")
    if text == "executive":
        raise wrong("INC105", "`executive` names nobody.", "Write `fallback: {executive: vp-engineering}`.")
    if text == "auto_remediate":
        message = "`auto_remediate` needs a runbook that runs by itself, and none does yet."
        raise wrong("INC106", message, "Write `notify_all`, or name an `executive`.")
    if text != "notify_all":
        raise wrong("INC106", f"`{text}` is not allowed here.", nearest(text, ("notify_all", "executive")))
    return Last()


#: `lead: slack+sms` or `lead: [slack, sms]`.
_ONE: Final = "|".join([*NOTIFIERS, *_ALIASES])
_BY: Final = {
    "type": ["string", "array"],
    "pattern": rf"^\s*({_ONE})(\s*\+\s*({_ONE}))*\s*$",
    "items": {"enum": [*NOTIFIERS, *_ALIASES]},
}
_ADDRESSED: Final = {"minProperties": 1, "maxProperties": 1, "additionalProperties": _BY}

TargetText = Annotated[
    Written,
    PlainValidator(_target),
    said("target", "on-call", "eng-manager", type=["string", "object"], **_ADDRESSED),
]
Notified = Annotated[
    Told, PlainValidator(_told), said("position", "eng-manager", type=["string", "object"], **_ADDRESSED)
]
Fallback = Annotated[
    Last,
    PlainValidator(_fallback),
    said("`notify_all` or `{executive: target}`", "notify_all", type=["string", "object"]),
]

assert set(KINDS) == set(TargetKind)  # the words people write are the domain's
