"""What the doctor tries of the user groups that the posture names: are they there, and do they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cli.doctor import Diagnosis, Health

if TYPE_CHECKING:
    from bot.domain.groups import GroupTrouble, UserGroup
    from bot.settings import Settings

PART = "user groups"


async def user_groups(settings: Settings) -> Sequence[Diagnosis]:
    """Asks Slack which there are, and the database what Slack refused the bot; changes nothing."""
    from bot.views import user_groups as views
    from clients.slack import Slack, SlackFailed

    names = _named(settings)
    if not names or settings.slack_bot_token is None:
        return [Diagnosis(PART, Health.OFF, "no schedule names one: `user_group` in the posture")]
    slack = Slack(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        groups = await slack.people.user_groups()
    except SlackFailed as failed:
        return [Diagnosis(PART, Health.BAD, f"not listed: {views.reason(failed.code)}", views.fix(failed.code))]
    finally:
        await slack.close()
    troubles = await _troubles(settings)
    return [_judged(name, groups, troubles) for name in names]


def _named(settings: Settings) -> list[str]:
    from bot.domain.groups import followed
    from posture import load

    path = settings.posture_path
    posture = load(path, zone=settings.tz).posture if path is not None else None
    return list(followed(posture.schedules)) if posture is not None else []


async def _troubles(settings: Settings) -> Mapping[str, GroupTrouble]:
    """A database that cannot be read is told by its own part."""
    from bot.ports import DatabaseUnavailable
    from storage.engine import file_of, read_url
    from storage.opening import open_beside

    url = settings.database_url.get_secret_value()
    try:
        file = file_of(read_url(url))
        if file is not None and not file.exists():
            return {}
        db = await open_beside(url)
        try:
            return await db.read(lambda tx: tx.user_groups.troubles())
        finally:
            await db.close()
    except DatabaseUnavailable:
        return {}


def _judged(name: str, groups: Sequence[UserGroup], troubles: Mapping[str, GroupTrouble]) -> Diagnosis:
    from bot.views import user_groups as views
    from bot.views.words import count

    shown, trouble = views.handle(name), troubles.get(name)
    found = max((one for one in groups if name in (one.slack_id, one.handle)), key=lambda one: one.active, default=None)
    code = "no_such_subteam" if found is None else trouble.code if trouble is not None else ""
    if found is None or code not in ("", "no_such_subteam"):
        return Diagnosis(PART, Health.BAD, f"{shown}: {views.reason(code)}", views.fix(code))
    holds = count(len(found.members), "member") if found.active else "disabled, as long as nobody is on call"
    return Diagnosis(PART, Health.OK, f"{shown}: {holds}")
