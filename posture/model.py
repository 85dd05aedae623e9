"""The language: every section, key and shorthand of a posture, as pydantic models.

A model says what may be written; what names mean is judged in `crosscheck`, what it makes in `build`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from bot.domain import severity
from posture import values
from posture.findings import Finding, finding, nearest
from posture.targets import Fallback, TargetText
from posture.times import Day, Due, Goal, Handoff, Hours, Length, Off, Period, Start, Timeout, Zone
from posture.tree import Map, Scalar, Seq, twice
from posture.values import Flag, Handle, Name, Reference, Several, SeverityName, Words

T = TypeVar("T")


class Section(BaseModel):
    """Keys that are not known, or have no value, become findings beside all others."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, frozen=True)
    _may_be_empty: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None:
            return {}
        if not isinstance(value, Map):
            return value
        known, found = Map(value.mark), _found(info)
        for key, item in value.items():
            if key not in cls.model_fields:
                message = f"`{key}` is not a key here."
                found.append(finding("INC103", key.mark, message, nearest(key, cls.model_fields)))
            elif item is not None:
                known[key] = item
            elif not cls._may_be_empty:
                found.append(finding("INC105", key.mark, f"`{key}` has no value.", "Give it one, or remove the line."))
        return known


def _found(info: ValidationInfo) -> list[Finding]:
    context = info.context
    assert isinstance(context, list)  # `shape.validate` hands the list of findings down
    return context


def _one_or_more(value: Any) -> Any:
    return Seq(value.mark, [value]) if isinstance(value, Scalar) else value


def _wrap(key: str, shape: type[Scalar] | type[Seq]) -> BeforeValidator:
    """A shorthand: a value of this shape stands for a mapping with it under `key`."""

    def wrap(value: Any) -> Any:
        if not isinstance(value, shape):
            return value
        made = Map(value.mark)
        made[Scalar(key, value.mark)] = value
        return made

    return BeforeValidator(wrap)


OneOrMore = Annotated[list[T], BeforeValidator(_one_or_more)]


class Person(Section):
    name: Words | None = None
    slack: values.SlackId | None = None
    email: values.Email | None = None
    phone: values.Phone | None = None
    zone: Zone | None = None
    time_off: OneOrMore[Off] = Field(default_factory=list)
    holidays: OneOrMore[Reference] = Field(default_factory=list)


class Member(Section):
    """A place in a rotation: a handle alone, or with when they join and leave, and a clock of their own."""

    person: Reference
    joins: Start | None = None
    leaves: Start | None = None
    time_zone: Zone | None = None


class Layer(Section):
    """Members taking turns."""

    members: list[Annotated[Member, _wrap("person", Scalar)]] = Field(default_factory=list)
    rotation_period: Period | None = None
    handoff: Handoff | None = None
    time_zone: Zone | None = None
    active_hours: Hours | None = None
    holidays: OneOrMore[Reference] = Field(default_factory=list)
    start: Start | None = None
    end: Start | None = None


#: Keys of a rotation that belong to the whole of it; the others to its one layer, where there is one.
_WHOLE = frozenset({"layers", "team", "is_active", "escalation_timeout", "escalation_to", "user_group"})


class Rotation(Section):
    """A schedule: one rotation written flat, or a list of `layers` of which the last that covers wins."""

    layers: list[Layer] = Field(min_length=1)
    is_active: Flag = True
    escalation_timeout: Timeout | None = None
    escalation_to: Reference | None = None
    user_group: values.UserGroup | None = None

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, value: Any) -> Any:
        if not isinstance(value, Map) or "layers" in value:
            return value
        whole, layer = Map(value.mark), Map(value.mark)
        for key, item in value.items():
            (whole if key in _WHOLE else layer)[key] = item
        whole[Scalar("layers", value.mark)] = Seq(value.mark, [layer])
        return whole


class Schedule(Rotation):
    team: Reference | None = None


class Team(Section):
    members: list[Reference] = Field(default_factory=list)
    rotation: Annotated[Rotation, _wrap("layers", Seq)] | None = None


class Tier(Section):
    targets: OneOrMore[TargetText] = Field(min_length=1)
    timeout: Timeout | None = None


class Policy(Section):
    tiers: list[Annotated[Tier, _wrap("targets", Scalar), _wrap("targets", Seq)]] = Field(default_factory=list)
    repeat_cycles: values.Cycles | None = None
    fallback: Fallback | None = None
    ack_timeout: Timeout | None = None


class Service(Section):
    owner: Reference | None = None
    policy: Reference | None = None
    runbook: values.Url | None = None
    description: Words | None = None
    deployed: Flag = True


class Severity(Section):
    label: Words | None = None
    meaning: Words | None = None
    urgency: values.Urgency | None = None
    pages: Flag | None = None
    commander: Flag | None = None
    status_page: Flag | None = None
    postmortem: Flag | None = None
    response: Goal = None
    resolution: Goal = None
    notify_channels: OneOrMore[values.Channel] | None = None
    notify_positions: OneOrMore[Reference] | None = None
    emoji: Words | None = None
    pagerduty: Flag | None = None


class ActionItems(Section):
    min: Several | None = None


class Postmortem(Section):
    sections: Annotated[list[Words], Field(min_length=1)] | None = None
    due_within: Due | None = None
    action_items: ActionItems = ActionItems.model_construct()
    reviewers: OneOrMore[Reference] = Field(default_factory=list)


class Reminders(Section):
    commander_after: Length | None = None
    update_every: Timeout | None = None
    max_count: Several | None = None


class Alerts(Section):
    auto_resolve: Flag | None = None
    quiet: Length | None = None


class Emoji(Section):
    ack: OneOrMore[values.EmojiName] | None = None
    decline: OneOrMore[values.EmojiName] | None = None
    volunteer: OneOrMore[values.EmojiName] | None = None
    pin: OneOrMore[values.EmojiName] | None = None
    confirm: values.EmojiName | None = None


def _once_each(value: Any, info: ValidationInfo) -> Any:
    """`SEV1` and `P1` are one severity; pydantic would quietly keep the later."""
    seen: dict[str, Scalar] = {}
    for key in value if isinstance(value, Map) else ():
        name = severity.canonical(key) or str(key)
        if name in seen:
            _found(info).append(twice(key, seen[name].mark))
        seen.setdefault(name, key)
    return value


class Document(Section):
    """The whole posture. A section may be left empty."""

    _may_be_empty = True

    people: dict[Handle, Person] = Field(default_factory=dict)
    positions: dict[Name, Annotated[OneOrMore[Reference], Field(min_length=1)]] = Field(default_factory=dict)
    holidays: dict[Name, list[Day]] = Field(default_factory=dict)
    teams: dict[Name, Team] = Field(default_factory=dict)
    schedules: dict[Name, Annotated[Schedule, _wrap("layers", Seq)]] = Field(default_factory=dict)
    escalation_policies: dict[Name, Annotated[Policy, _wrap("tiers", Seq)]] = Field(default_factory=dict)
    services: dict[Name, Service] = Field(default_factory=dict)
    severities: Annotated[dict[SeverityName, Severity], BeforeValidator(_once_each)] = Field(default_factory=dict)
    postmortem: Postmortem = Postmortem.model_construct()
    reminders: Reminders = Reminders.model_construct()
    alerts: Alerts = Alerts.model_construct()
    emoji: Emoji = Emoji.model_construct()
    admins: OneOrMore[Reference] = Field(default_factory=list)
    default_service: Reference | None = None
    default_severity: SeverityName | None = None
    room_name: values.RoomPattern | None = None
    bridge: values.Words | None = None
