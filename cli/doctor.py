"""The subcommand `doctor`: tries every setting against the real world and prints fixes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cli import FOUND_BAD, WORKED

if TYPE_CHECKING:
    from bot.settings import Settings

TRY_SECONDS = 10.0


class Health(StrEnum):
    OK = "ok"
    OFF = "off"  # not configured, so not used
    WARN = "warn"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One part: how it is, what was seen, what to do."""

    part: str
    health: Health
    seen: str
    fix: str = ""


Test = Callable[["Settings"], Awaitable[Sequence[Diagnosis]]]


async def doctor() -> int:
    """Try tokens, scopes, Twilio, mail, webhook, PagerDuty, heartbeat, address, posture, groups, database; print fixes.

    Changes nothing and sends nothing. Exits with 1 when something is bad.
    """
    from bot.settings import SettingsError, load

    try:
        loaded = load()
    except SettingsError as errors:
        fix = "Correct it in .env or in the environment."
        return _print([Diagnosis("settings", Health.BAD, problem, fix) for problem in errors.problems])
    found = [Diagnosis("settings", Health.WARN, warning) for warning in loaded.warnings]
    found = found or [Diagnosis("settings", Health.OK, "every name is known and every value can be used")]
    for part, test in _tests().items():
        found += await _try(part, test, loaded.settings)
    return _print(found)


def _tests() -> dict[str, Test]:
    from cli import doctor_groups, doctor_local, doctor_outside, doctor_sheets, doctor_sources, doctor_systems

    return {
        "slack": doctor_outside.slack,
        "twilio": doctor_outside.twilio,
        "mail": doctor_outside.mail,
        "page webhook": doctor_systems.page_webhook,
        "pagerduty": doctor_systems.pagerduty,
        "heartbeat": doctor_systems.heartbeat,
        "spreadsheet": doctor_sheets.spreadsheet,
        "rota sources": doctor_sources.sources,
        "public address": doctor_outside.public_address,
        "posture": doctor_local.posture,
        "user groups": doctor_groups.user_groups,
        "database": doctor_local.database,
    }


async def _try(part: str, test: Test, settings: Settings) -> Sequence[Diagnosis]:
    try:
        async with asyncio.timeout(TRY_SECONDS):
            return await test(settings)
    except TimeoutError:
        return [
            Diagnosis(part, Health.BAD, f"no answer within {TRY_SECONDS:g} s", "Check the network and the address.")
        ]


def _print(found: Sequence[Diagnosis]) -> int:
    """One line a part, the fix below it. Colour only where somebody looks."""
    width = max(len(one.part) for one in found)
    for one in found:
        print(f"{_painted(one.health):<4}  {one.part:<{width}}  {one.seen}")
        if one.fix:
            print(f"{'':4}  {'':{width}}  → {one.fix}")
    bad = sum(one.health is Health.BAD for one in found)
    print(f"\n{bad} to mend." if bad else "\nNothing to mend.")
    return FOUND_BAD if bad else WORKED


def _painted(health: Health) -> str:
    colour = {Health.OK: 32, Health.WARN: 33, Health.BAD: 31}.get(health)
    plain = f"{health.value:<4}"
    return f"\x1b[{colour}m{plain}\x1b[0m" if colour and sys.stdout.isatty() else plain
