"""Slack as it is now, for the audit: everybody, every user group, every channel that is not archived."""

from __future__ import annotations

from bot.domain.inspection import Seen
from clients.slack import Slack, SlackFailed


async def look(slack: Slack) -> Seen:
    """Asks for all of it. Raises SlackFailed where there is no directory; groups and channels may be missing."""
    people = [entry async for page in slack.people.everybody() for entry in page]
    channels = await slack.rooms.listed()
    return Seen(
        {entry.slack_id: entry.active for entry in people},
        {entry.email.lower(): entry.slack_id for entry in people if entry.email},
        await _groups(slack),
        frozenset(name for one in channels for name in (one.id, one.name)) if isinstance(channels, list) else None,
    )


async def _groups(slack: Slack) -> dict[str, bool] | None:
    """Workspaces without user groups refuse the question."""
    try:
        groups = await slack.people.user_groups()
    except SlackFailed:
        return None
    found: dict[str, bool] = {}
    for group in sorted(groups, key=lambda one: one.active):  # of two with one handle the active one counts
        found |= {group.slack_id: group.active, group.handle: group.active}
    return found
