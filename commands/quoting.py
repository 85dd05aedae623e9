"""A Slack message as a fact: its words in plain text, its time, the address it is found under."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.people import PersonId
from bot.usecases import people
from commands.boundary import Boundary
from commands.typed import mentions, plain

#: Mentions whose names are looked up; the rest keep their ids.
NAMED = 20


async def words(edge: Boundary, text: str) -> str:
    """The text as its readers see it; people we know by their names."""
    names = {}
    for slack_id in mentions(text)[:NAMED]:
        person = await people.known(edge.bot, slack_id)
        if person is not None:
            names[slack_id] = person.name
    return plain(text, names)


async def permalink(edge: Boundary, channel: str, ts: str) -> str:
    """Slack's address of a message, which follows from the workspace's own. Raises SlackFailed."""
    me = await edge.slack.people.me()
    return f"{me.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"


def moment(ts: str) -> datetime:
    """When a message was written."""
    return datetime.fromtimestamp(float(ts), UTC)


async def author_of(edge: Boundary, slack_id: str) -> PersonId | None:
    """Who wrote it; None for bots."""
    if not slack_id or await edge.is_bot(slack_id):
        return None
    return (await edge.person(slack_id)).id
