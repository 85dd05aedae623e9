"""The language: every section, key and shorthand of a posture, as pydantic models; what can break is in `services`.

A model says what may be written; what names mean is judged in `crosscheck`, what it makes in `build`.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, ClassVar

from pydantic import Field, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic_core import CoreSchema

from posture import values
from posture.elsewhere import SourceText
from posture.findings import finding
from posture.section import OneOrMore, Schema, Section, Shorthand, findings_of, key, needed
from posture.services import Alerts, BySeverity, Canary, Reminders, Runbook, Service, Severity, StatusPage
from posture.targets import Fallback, TargetText
from posture.times import Day, Due, Handoff, Hours, Length, Off, Period, Start, Timeout, Zone
from posture.tree import Map, Scalar, Seq
from posture.values import Flag, Handle, HolidaysRef, Name, PersonRef, PositionRef, Several, SeverityName, Words


class Person(Section):
    """Somebody who can be paged."""

    name: Words | None = key("As others see it.", otherwise="the handle")
    slack: values.SlackId | None = key("Their Slack member id.", otherwise="found by their email")
    email: values.Email | None = key("For mail, and to find them in Slack.")
    phone: values.Phone | None = key("In international form; for SMS and calls.")
    zone: Zone | None = key("Of the times they are told by mail.", otherwise="Slack's, else UTC")
    time_off: OneOrMore[Off] = key("Their turns pass to the next who is there. Both days count.", [])
    holidays: OneOrMore[HolidaysRef] = key("The same, but only to somebody who has none that day.", [])


class Member(Section):
    """A place in a rotation: a handle alone, or with when they join and leave, and a clock of their own."""

    person: PersonRef = needed("Who it is.")
    joins: Start | None = key("Turns that begin earlier are not theirs.")
    leaves: Start | None = key("Nor are those from here on.")
    time_zone: Zone | None = key("Their turns and active hours are by this clock.", otherwise="the rotation's")


class Layer(Section):
    """Members taking turns."""

    members: list[Annotated[Member, Shorthand("person", Scalar)]] = key(
        "Who takes turns, in this order.", [], otherwise="the whole team"
    )
    rotation_period: Period | None = key("How long a turn is.", otherwise="7d")
    handoff: Handoff | None = key("When turns end. A weekday only with whole weeks.", otherwise="Mon 09:00")
    time_zone: Zone | None = key("Of the handoff and the hours.", otherwise="the setting `TZ` (UTC)")
    active_hours: Hours | None = key("When it covers at all.", otherwise="always")
    holidays: OneOrMore[HolidaysRef] = key("Active hours do not begin on these days.", [])
    start: Start | None = key("The first turn begins at the first handoff from here on.", otherwise="always on")
    end: Start | None = key("Nobody is on call by it from here on.")


#: Keys of a rotation that belong to the whole of it; the others to its one layer, where there is one.
_WHOLE = frozenset({"layers", "source", "team", "is_active", "escalation_timeout", "escalation_to", "user_group"})
#: What a source says instead.
_TURNS = frozenset({*Layer.model_fields, "layers"} - {"time_zone"})


class Rotation(Section):
    """Who is on call when: one rotation written flat, `layers` of which the last that covers wins, or a `source`."""

    layers: list[Layer] = needed("Each with the keys of a rotation; the last that covers a moment wins.", min_length=1)
    source: SourceText | None = key("Where it is kept instead; of the others `time_zone` may stand beside it.")
    is_active: Flag = key("False: nobody is on call by it, and nobody is asked to be.", True)
    escalation_timeout: Timeout | None = key(
        "How long each has, where a service has no policy.", otherwise="the setting `ESCALATION_DELAY_MINUTES`"
    )
    escalation_to: values.SomebodyRef | None = key("Who comes after them all, where a service has no policy.")
    user_group: values.UserGroup | None = key("A Slack user group that always holds whoever is on call.")

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, Map) or ("layers" in value and "source" not in value):
            return value
        whole, layer = Map(value.mark), Map(value.mark)
        for name, item in value.items():
            if "source" in value and name in _TURNS:
                message = f"`{name}` stands beside `source`, where the turns are made."
                findings_of(info).append(finding("INC114", name.mark, message, "Remove one of the two."))
            else:
                (whole if name in _WHOLE else layer)[name] = item
        whole[Scalar("layers", value.mark)] = Seq(value.mark, [layer])
        return whole

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        """Flat, its keys are those of its one layer too."""
        reference = handler(core)
        made = handler.resolve_ref_schema(reference)
        layer = handler.resolve_ref_schema(made["properties"]["layers"]["items"])
        made["properties"] = layer["properties"] | made["properties"]
        made.pop("required", None)
        return reference


class Schedule(Rotation):
    """A rotation with a name of its own, beside those of the teams."""

    team: values.TeamRef | None = key("Whose it is; without `members`, the team's take turns.")


class Team(Section):
    """People who own services."""

    members: list[PersonRef] = key("Who is in it.", [], otherwise="those of its rotation")
    rotation: Annotated[Rotation, Shorthand("layers", Seq)] | None = key(
        "Who of them is on call when. It makes a schedule of the team's name."
    )


class Tier(Section):
    """Those who are paged together."""

    targets: OneOrMore[TargetText] = needed("Whom it pages.", min_length=1)
    timeout: Timeout | None = key("How long they have.", otherwise="15m, 30m, then 60m")

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, value: Any) -> Any:
        """`eng-manager: voice+slack` is a tier too, unless it is one of its keys, well or badly written."""
        if not isinstance(value, Map) or len(value) != 1:
            return value
        [name] = value
        if get_close_matches(name, cls.model_fields, cutoff=0.75):
            return value
        made = Map(value.mark)
        made[Scalar("targets", value.mark)] = Seq(value.mark, [value])
        return made


class Policy(Section):
    """Tier after tier, until somebody acknowledges; a list is its tiers."""

    tiers: list[Annotated[Tier, Shorthand("targets", Scalar), Shorthand("targets", Seq)]] = key(
        "In this order.", [], otherwise="whoever is on call, then the whole team"
    )
    repeat_cycles: values.Cycles | None = key("So many more times through the tiers.", otherwise="2")
    fallback: Fallback | None = key("What comes after the last cycle, again and again.", otherwise="notify_all")
    ack_timeout: Timeout | None = key("No update for so long after an ack: paging goes on.", otherwise="an ack holds")


class ActionItems(Section):
    """What every action item of a postmortem must have."""

    min: Several | None = key("At least so many.", otherwise="1")
    owners: Flag | None = key("Each has an owner.", otherwise="true", acts=False)
    deadlines: Flag | None = key("Each has a deadline.", otherwise="true", acts=False)
    priorities: Flag | None = key("Each has a priority.", otherwise="false", acts=False)


class Postmortem(Section):
    """What a postmortem must have."""

    sections: Annotated[list[Words], Field(min_length=1)] | None = key(
        "Its parts, in order.",
        otherwise="Summary, Impact, Timeline, Root Cause, Contributing Factors, Resolution, Action Items, "
        "Lessons Learned",
    )
    due_within: Due | None = key("Business days from the end of the incident.", otherwise="3bd")
    action_items: ActionItems = key("Rules for its action items.", ActionItems.model_construct())
    reviewers: OneOrMore[PositionRef] = key("Who reads it before it is published.", [], otherwise="nobody")


class Emoji(Section):
    """Reactions that do something, with or without colons."""

    ack: OneOrMore[values.EmojiName] | None = key("Acknowledges.", otherwise="eyes, white_check_mark")
    decline: OneOrMore[values.EmojiName] | None = key("Declines.", otherwise="x")
    volunteer: OneOrMore[values.EmojiName] | None = key(
        "Takes command.", otherwise="medal, military_medal, sports_medal"
    )
    pin: OneOrMore[values.EmojiName] | None = key("Puts a message on the timeline.", otherwise="pushpin")
    confirm: values.EmojiName | None = key("How the bot confirms a pin.", otherwise="white_check_mark")


class Document(Section):
    """The whole posture. A section may be left empty; one that begins with `x-` holds anchors for the others."""

    _may_be_empty: ClassVar[bool] = True

    people: dict[Handle, Person] = key("Everybody, by handle: the short name that the rest of the file uses.", {})
    positions: dict[Name, Annotated[OneOrMore[PersonRef], Field(min_length=1)]] = key(
        "Roles in the organisation, filled by one person or several.", {}
    )
    holidays: dict[Name, list[Day]] = key("Lists of days, by a name of your own.", {})
    teams: dict[Name, Team] = key("People who own services.", {})
    schedules: dict[Name, Annotated[Schedule, Shorthand("layers", Seq)]] = key(
        "More rotations, beside those of the teams.", {}
    )
    escalation_policies: dict[Name, Annotated[Policy, Shorthand("tiers", Seq)]] = key("Who is paged, and who next.", {})
    services: dict[Name, Service] = key("What can break.", {})
    severities: BySeverity[Severity] = key(
        "`SEV1` or `P1`, whichever you say.", {}, otherwise="SEV1 to SEV4 as the table of defaults says"
    )
    runbooks: dict[Name, Annotated[Runbook, Shorthand("url", Scalar)]] = key("What to do, by a name of your own.", {})
    status_page: StatusPage = key("What customers see.", StatusPage.model_construct(), acts=False)
    postmortem: Postmortem = key("What a postmortem must have.", Postmortem.model_construct())
    reminders: Reminders = key("When people are nudged.", Reminders.model_construct())
    alerts: Alerts = key("What becomes of alerts.", Alerts.model_construct())
    canary: Canary = key("What a failed canary does.", Canary.model_construct())
    emoji: Emoji = key("Reactions that do something.", Emoji.model_construct())
    admins: OneOrMore[PersonRef] = key("May do everything.", [], otherwise="Slack's admins and owners alone")
    default_service: values.ServiceRef | None = key(
        "Where an alert or a form names none.", otherwise="the first service"
    )
    default_severity: SeverityName | None = key("The same for the severity.", otherwise="SEV2")
    room_name: values.RoomPattern | None = key(
        "`{id}` is the number of INC-42, `{slug}` its title.", otherwise="inc-{id}-{slug}"
    )
    bridge: Words | None = key("Where to meet when Slack is away; sent by SMS and mail.")
    review_every: Length | None = key("How old a `reviewed` may be.", otherwise="26w")
    include: OneOrMore[Words] = key("More files, beside this one: `people.yaml`, `teams/*.yaml`.", [])
