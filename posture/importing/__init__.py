"""Exports of other pagers to a posture: PagerDuty, Opsgenie and Grafana OnCall."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from posture.importing.draft import Draft
from posture.importing.export import KINDS, NotReadable, read
from posture.importing.grafana import draft as grafana
from posture.importing.opsgenie import draft as opsgenie
from posture.importing.pagerduty import draft as pagerduty
from posture.importing.written import written

__all__ = ["KINDS", "Draft", "NotReadable", "imported", "written"]

_SYSTEMS = {"pagerduty": pagerduty, "opsgenie": opsgenie, "grafana": grafana}


def imported(system: str, path: Path, now: datetime) -> Draft:
    """What an export comes to here; what is over by `now` is left out. Raises NotReadable."""
    return _SYSTEMS[system](read(system, path), now)
