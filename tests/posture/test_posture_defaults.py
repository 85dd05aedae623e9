"""What a key is said to be without it, it is: a posture that writes the default down is the one that leaves it out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from posture import loads
from posture.schema import options, raw
from posture.section import OTHERWISE

BASE = """\
people: {alice: {slack: U0A}, bob: {slack: U0B}}
positions: {eng-manager: alice, vp-engineering: bob}
teams: {web: {members: [alice, bob], rotation: {%(Rotation)s}}}
escalation_policies: {main: {tiers: [on-call, team]%(Policy)s}}
services:
  site:
    owner: web
    policy: main
    components: [pages]
    health_checks: {up: {url: https://site.example%(HealthCheck)s}}
    remediation: {rollback: {how: roll back%(Rollback)s}}
severities: {%(Severity)s}
status_page: {components: {pages: {health_check: up}}%(StatusPage)s}
postmortem: {%(Postmortem)s}
reminders: {%(Reminders)s}
alerts: {routes: [{match: {a: b}%(Route)s}]%(Alerts)s}
canary: {%(Canary)s}
emoji: {%(Emoji)s}
%(Document)s
"""
SECTIONS = re.findall(r"%\((\w+)\)s", BASE)
#: Defaults that no posture can write down: they are sentences, or stand in the settings.
PROSE = {
    "SEV1 to SEV4 as the table of defaults says", "Slack's admins and owners alone", "the first service", "none",
    "it declares none", "the whole team", "the setting `TZ` (UTC)", "always", "always on", "an ack holds", "nobody",
    "the setting `ESCALATION_DELAY_MINUTES`", "whoever is on call, then the whole team", "every alert",
    "those of the posture", "in order of their first component", "eng-manager and vp-engineering for SEV1",
}  # fmt: skip
#: Of severities: each in turn, or of those that are named.
NAMES = ("SEV1", "SEV2", "SEV3", "SEV4")


def written(**keys: str) -> str:
    return BASE % {name: keys.get(name, "") for name in SECTIONS}


def said() -> list[tuple[str, str, str]]:
    """Every key of these sections with what it is without it, as it would be written."""
    whole = raw()
    sections = {"Document": whole, **whole["$defs"]}
    keys = [(name, key, part) for name in SECTIONS for key, part in sections[name]["properties"].items()]
    found = [
        (name, key, part, part[OTHERWISE]) for name, key, part in keys if part.get(OTHERWISE, "") not in PROSE | {""}
    ]
    return [(name, key, _value(part, text) if name != "Severity" else text) for name, key, part, text in found]


def _value(part: dict[str, Any], text: str) -> str:
    return (
        f"[{text}]"
        if any(one.get("type") == "array" for one in options(part))
        else f"'{text}'"
        if "{" in text
        else text
    )


def severities(key: str, text: str) -> str:
    """`critical, high, medium, low` are of SEV1 to SEV4; `true for SEV1 and SEV2` is of those."""
    value, _, named = text.partition(" for ")
    values = dict.fromkeys(named.split(" and ") if named else NAMES, value)
    if ", " in text:
        values = dict(zip(NAMES, text.split(", "), strict=True))
    return ", ".join(f"{name}: {{{key}: {one}}}" for name, one in values.items())


@pytest.mark.parametrize(("section", "key", "text"), said(), ids=lambda one: one if len(one) < 30 else "…")
def test_a_default_that_is_written_down_changes_nothing(section: str, key: str, text: str) -> None:
    if section == "Severity":
        line = severities(key, text)
    else:
        line = (
            f"{key}: {text}"
            if section in ("Document", "Rotation") or f"{{%({section})s" in BASE
            else f", {key}: {text}"
        )
    told = loads(written(**{section: line}))
    assert [str(one) for one in told.errors] == []
    assert told.posture == loads(written()).posture


def test_most_defaults_are_held() -> None:
    assert len(said()) > 40
