"""The language of what can break: services, their severities, components, health checks, runbooks and remedies."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BeforeValidator, ModelWrapValidatorHandler, PrivateAttr, ValidationInfo, model_validator

from bot.domain import severity
from bot.domain.component import Provider
from posture import values
from posture.findings import Mark
from posture.section import OneOrMore, Section, Shorthand, findings_of, key, needed
from posture.targets import Notified
from posture.times import Goal, Interval, Length, Reviewed, Timeout
from posture.tree import Map, Scalar, twice
from posture.values import Flag, Name, OneOf, Several, SeverityName, Words

T = TypeVar("T")


def _once_each(value: Any, info: ValidationInfo) -> Any:
    """`SEV1` and `P1` are one severity; pydantic would quietly keep the later."""
    seen: dict[str, Scalar] = {}
    for name in value if isinstance(value, Map) else ():
        known = severity.canonical(name) or str(name)
        if known in seen:
            findings_of(info).append(twice(name, seen[known].mark))
        seen.setdefault(known, name)
    return value


BySeverity = Annotated[dict[SeverityName, T], BeforeValidator(_once_each)]


class Reminders(Section):
    """When people are nudged about an incident."""

    commander_after: Length | None = key("Nobody has taken command for so long.", otherwise="5m")
    update_every: Timeout | None = key("Nobody has said how it goes for so long.", otherwise="15m")
    status_page_every: Timeout | None = key(
        "Nobody has told customers how it goes for so long.", otherwise="15m", acts=False
    )
    postmortem_after: Length | None = key(
        "The postmortem is not on anybody's calendar for so long.", otherwise="48h", acts=False
    )
    max_count: Several | None = key("So many nudges of each kind, then silence.", otherwise="4")


class Canary(Section):
    """What a failed canary does."""

    severity: SeverityName | None = key("Of the incident that it declares.", otherwise="SEV2")
    rollback: Annotated[Scalar, OneOf(("offer", "run"))] | None = key(
        "Whether the service's rollback is only told in the incident, or run at once.",
        otherwise="offer",
        acts=False,
    )


class Severity(Section):
    """What a severity means and does. What is left out stays as the defaults have it."""

    label: Words | None = key("One word for it.", otherwise="critical, high, medium, low")
    description: Words | None = key("What it means; in every page and on the card.")
    urgency: values.Urgency | None = key(
        "Chooses each person's notification rules.", otherwise="high for SEV1 and SEV2"
    )
    pages: Flag | None = key("Whether anybody is paged.", otherwise="true for SEV1 and SEV2")
    policy: values.PolicyRef | None = key(
        "What pages: under a service, for that service; else for services without a policy of their own."
    )
    commander: Flag | None = key("Somebody must take command.", otherwise="true for SEV1")
    status_page: Flag | None = key(
        "Customers are to be told: people are shown it as a step.", otherwise="true for SEV1 and SEV2"
    )
    postmortem: Flag | None = key("A postmortem is written.", otherwise="true for SEV1 and SEV2")
    response: Goal | None = key("Until somebody acknowledges.", otherwise="5m, 15m, 1h, 4h")
    resolution: Goal | None = key("Until it is resolved.", otherwise="1h, 4h, 24h, none")
    notify_channels: OneOrMore[values.Channel] | None = key(
        "Where it is announced.", otherwise="p1-incidents, incidents, incidents, incidents-low"
    )
    notify_positions: OneOrMore[Notified] | None = key(
        "Who is paged at once, beside the policy.", otherwise="eng-manager and vp-engineering for SEV1"
    )
    reminders: Reminders | None = key("Nudges of its own.", otherwise="those of the posture")
    emoji: Words | None = key("Shown beside it.", otherwise="🔴, 🟠, 🟡, 🔵")
    pagerduty: Flag | None = key(
        "Mirrored in PagerDuty from the start, not only once a page goes there.", otherwise="false"
    )


class HealthCheck(Section):
    """An address that answers while all is well; alone, or with how it is asked."""

    _acts: ClassVar[bool] = False

    url: values.Url = needed("What is asked.")
    interval: Interval | None = key("How often.", otherwise="30s")
    timeout: Interval | None = key("How long an answer may take.", otherwise="5s")
    expect: values.HttpStatus | None = key("What it answers.", otherwise="200")
    severity: SeverityName | None = key("Of the incident that its failure declares.", otherwise="it declares none")


class Rollback(Section):
    """Going back to what worked; alone, how that is done."""

    _acts: ClassVar[bool] = False

    to: Words | None = key("What it goes back to.", otherwise="the last release")
    how: Words | None = key("A command or a sentence.")
    estimated_time: Timeout | None = key("How long it takes.")


class CircuitBreaker(Section):
    """What cuts a failing dependency off."""

    _acts: ClassVar[bool] = False

    name: Words = needed("What it is called.")
    trips: Words | None = key("When it opens by itself.")
    how: Words | None = key("How it is opened by hand.")


class FeatureFlag(Section):
    """What turns a part off."""

    _acts: ClassVar[bool] = False

    flag: Words = needed("What it is called.")
    how: Words | None = key("How it is turned off.")


class Remediation(Section):
    """What can be done about a service that is broken."""

    _acts: ClassVar[bool] = False

    rollback: Annotated[Rollback, Shorthand("how", Scalar)] | None = key("Go back to what worked.")
    circuit_breaker: OneOrMore[Annotated[CircuitBreaker, Shorthand("name", Scalar)]] = key("Cut off what fails.", [])
    feature_flag: OneOrMore[Annotated[FeatureFlag, Shorthand("flag", Scalar)]] = key("Turn a part off.", [])


class Step(Section):
    """One thing to do; alone, its name."""

    _acts: ClassVar[bool] = False

    name: Words = needed("What to do, in a line.")
    description: Words | None = key("More about it.")
    commands: OneOrMore[Words] = key("What to type. Shown, never run.", [])
    checks: OneOrMore[Words] = key("What is true once it is done.", [])
    links: OneOrMore[values.Url] = key("Pages that help.", [])


class Runbook(Section):
    """What to do when something is broken: a page elsewhere, steps here, or both."""

    url: values.Url | None = key("The page that is linked to.")
    description: Words | None = key("When to use it.", acts=False)
    steps: list[Annotated[Step, Shorthand("name", Scalar)]] = key("What to do, in order.", [], acts=False)
    reviewed: Reviewed | None = key("When somebody last saw that it is still so.")


class Service(Section):
    """Something that can break."""

    owner: values.TeamRef | None = key("The team that owns it.")
    policy: values.PolicyRef | None = key(
        "What pages for it.", otherwise="everyone in the rotation in turn, then its `escalation_to`"
    )
    description: Words | None = key("What it does; beside its name in forms.")
    deployed: Flag | None = key("It runs in production: what such a service lacks is a finding.")
    runbook: values.RunbookRef | None = key("What every page links to.", otherwise="the first of `runbooks`")
    runbooks: OneOrMore[values.RunbookRef] = key("More of them, for the response guide.", [])
    components: OneOrMore[values.ComponentRef] = key("What customers see of it, on the status page.", [], acts=False)
    health_checks: dict[Name, Annotated[HealthCheck, Shorthand("url", Scalar)]] = key(
        "What answers while it works, by names of your own.", {}, acts=False
    )
    dependencies: OneOrMore[values.ServiceRef] = key("The services it cannot do without.", [], acts=False)
    remediation: Remediation = key("What can be done about it.", Remediation.model_construct(), acts=False)
    severities: BySeverity[Severity] = key("Where its severities differ from those of the posture.", {})
    canary: Canary | None = key("What a failed canary of it does.", otherwise="as `canary` says")
    reviewed: Reviewed | None = key("When somebody last saw that all of this is still so.")


class Component(Section):
    """A part that customers know by a name of their own; alone, that name."""

    _acts: ClassVar[bool] = False

    name: Words | None = key("What customers read.", otherwise="its handle here")
    group: Words | None = key("The group it stands in.", otherwise="none")
    description: Words | None = key("What customers read below it.")
    health_check: values.CheckRef | None = key("The health check of a service that says how it is.")


class StatusPage(Section):
    """What customers see."""

    _acts: ClassVar[bool] = False

    provider: Annotated[Scalar, OneOf(tuple(Provider))] | None = key("Who shows it.", otherwise="builtin")
    page_id: Words | None = key("The page's id at the provider.")
    url: values.Url | None = key("The provider's address, or where the webhook goes.")
    auto_update: Flag | None = key("Incidents and health checks change it.", otherwise="true")
    min_duration: Length | None = key("Trouble shorter than this is never shown.", otherwise="5m")
    groups: list[Words] | None = key("Groups, in their order.", otherwise="in order of their first component")
    components: dict[Name, Annotated[Component, Shorthand("name", Scalar)]] = key(
        "By a name that the posture uses.", {}
    )


class Route(Section):
    """Alerts that have these labels mean this; what is left out is as the alert says itself."""

    _acts: ClassVar[bool] = False
    _place: Mark = PrivateAttr(default=Mark("", 1, 1))

    @model_validator(mode="wrap")
    @classmethod
    def _placed(cls, value: Any, handler: ModelWrapValidatorHandler[Route]) -> Route:
        made = handler(value)
        if isinstance(value, Map):
            made._place = value.mark
        return made

    @property
    def place(self) -> Mark:
        """Where it stands in its file."""
        return self._place

    match: dict[values.Label, values.Pattern] = key(
        "Labels, and `source`, `service`, `severity` and `summary` of the alert.", {}, otherwise="every alert"
    )
    service: values.ServiceRef | None = key("The service that is broken.")
    severity: SeverityName | None = key("How bad it is.")
    policy: values.PolicyRef | None = key("What pages, instead of the service's.")
    runbook: values.RunbookRef | None = key("What to do.")
    record_only: Flag | None = key("It is kept and declares nothing.", otherwise="false")


class Alerts(Section):
    """What becomes of alerts."""

    auto_resolve: Flag | None = key("The incident resolves when every alert of it has.", otherwise="true")
    quiet: Length | None = key("…and they stayed so for so long.", otherwise="2m")
    routes: list[Route] = key("The first that matches decides.", [], acts=False)
