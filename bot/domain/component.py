"""What customers see of a service: components in groups, kept true by health checks and incidents (SPEC §11, §12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Provider(StrEnum):
    """Who shows the status page."""

    BUILTIN = "builtin"
    STATUSPAGE = "statuspage"
    CACHET = "cachet"
    INSTATUS = "instatus"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """An address that answers with `expect` within `timeout` while all is well; asked once in every `interval`."""

    name: str  # unique in the whole posture
    service: str
    url: str
    interval: timedelta = timedelta(seconds=30)
    timeout: timedelta = timedelta(seconds=5)
    expect: int = 200  # a status of HTTP
    severity: str | None = None  # of the incident that its failure declares; None: it declares none


@dataclass(frozen=True, slots=True)
class Component:
    """A part that customers know by a name of their own."""

    name: str
    title: str
    group: str = ""
    description: str = ""
    health_check: str | None = None


@dataclass(frozen=True, slots=True)
class StatusPage:
    """`groups` in the order in which they are shown; a component without a group stands alone, at the end."""

    provider: Provider = Provider.BUILTIN
    page_id: str = ""  # at the provider
    url: str = ""  # where the webhook is sent, or the provider's own address
    auto_update: bool = True
    min_duration: timedelta = timedelta(minutes=5)  # trouble shorter than this is never shown
    groups: tuple[str, ...] = ()
    components: Mapping[str, Component] = field(default_factory=dict)

    def of_group(self, group: str) -> tuple[Component, ...]:
        """The components of a group, in order; those without one for the empty name."""
        return tuple(component for component in self.components.values() if component.group == group)
