"""The subcommand `audit`: holds a posture against Slack, the spreadsheet and the database as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from cli import FOUND_BAD, IMPOSSIBLE, WORKED
from cli.asked import Unclear, loaded_of
from cli.audit_beside import Beside, beside, sheet
from cli.contacts import configured
from cli.printed import FORMATS
from posture import Finding, Level

if TYPE_CHECKING:
    from bot.domain.inspection import Lack, Seen
    from bot.settings import Settings


async def audit(
    path: Annotated[
        Path | None, Parameter(help="A posture file or folder. Default: the one in the settings.", show_default=False)
    ] = None,
    *,
    format: Annotated[Literal["text", "json", "github"], Parameter(help="How findings are printed.")] = "text",
    strict: Annotated[bool, Parameter(negative="", help="Exit with 1 for a warning too.")] = False,
) -> int:
    """Hold a posture against live Slack and Sheets: people, addresses, user groups, channels, rows, gaps in 14 days.

    Asks Slack with the settings' token, and the database where there is one; changes nothing, sends nothing. Exits
    with 0 when there is no error, 1 when there is one, 2 when it cannot be said.
    """
    from bot.domain.inspection import lacks
    from bot.settings import load

    settings, now = load().settings, datetime.now(UTC)
    if settings.slack_bot_token is None:
        print("SLACK_BOT_TOKEN is not set: without it Slack cannot be asked.")
        return IMPOSSIBLE
    try:
        chosen, loaded = loaded_of(path, settings)
    except Unclear as unclear:
        print(unclear)
        return IMPOSSIBLE
    assert loaded.posture is not None  # loaded_of would have said so
    seen = await _look(settings)
    known = await beside(settings, loaded.posture, loaded.digest, configured(settings), now)
    found = [*lacks(loaded.posture, seen, known.around), *known.gaps, *await sheet(settings)]
    findings = _findings(found, chosen)
    print(FORMATS[format](findings, _said(found, seen, known)))
    bad = [one for one in findings if strict or one.severity is Level.ERROR]
    return FOUND_BAD if bad else WORKED


async def _look(settings: Settings) -> Seen:
    """Raises SlackFailed, which ends the command with a sentence."""
    from clients.slack import Slack
    from clients.slack_seen import look

    assert settings.slack_bot_token is not None
    slack = Slack(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        return await look(slack)
    finally:
        await slack.close()


def _findings(found: Sequence[Lack], path: Path) -> tuple[Finding, ...]:
    """Each where its entry stands; what stands nowhere in the posture, at its beginning."""
    from posture.findings import in_order
    from posture.places import places

    marks = places(path)
    return in_order(_finding(lack, marks, path) for lack in found)


def _finding(lack: Lack, marks: Mapping[tuple[str, str], tuple[str, int, int]], path: Path) -> Finding:
    from bot.views.inspected import fix, message

    file, line, column = marks.get((lack.section, lack.name), (str(path), 1, 1))
    level = Level.WARNING if lack.warning else Level.ERROR
    return Finding(lack.code, level, file, line, column, message(lack), fix(lack))


def _said(found: Sequence[Lack], seen: Seen, known: Beside) -> list[str]:
    errors = sum(not lack.warning for lack in found)
    said = [] if seen.groups is not None else ["Slack did not list its user groups: they were not looked at."]
    said += [] if seen.channels is not None else ["Slack did not list its channels: they were not looked at."]
    said += [known.note] if known.note else []
    warnings = len(found) - errors
    counted = f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}."
    return [*said, counted]
