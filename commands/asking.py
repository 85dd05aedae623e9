"""Who asks, from where and how they can be answered, read off Slack's payloads; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.people import Source


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that somebody did in Slack."""

    slack_id: str
    source: Source
    name: str = ""  # what the payload calls them
    foreign: bool = False  # of another workspace (Slack Connect)
    channel: str = ""  # where it was done; empty in App Home and global shortcuts
    response_url: str = ""
    trigger_id: str = ""  # opens one form within 3 s; also the identity of the act
    at_home: bool = False  # App Home shows what is about to change


def slash(body: Mapping[str, Any]) -> Asked:
    """A slash command."""
    return Asked(
        slack_id=str(body["user_id"]),
        source=Source.SLACK_COMMAND,
        name=str(body.get("user_name", "")),
        channel=str(body.get("channel_id", "")),
        response_url=str(body.get("response_url", "")),
        trigger_id=str(body.get("trigger_id", "")),
    )


def press(body: Mapping[str, Any]) -> Asked:
    """A button or a menu, in a message or in App Home."""
    return _interaction(body, Source.SLACK_BUTTON)


def shortcut(body: Mapping[str, Any]) -> Asked:
    """A global shortcut, or one on a message."""
    return _interaction(body, Source.SLACK_SHORTCUT)


def submit(body: Mapping[str, Any], channel: str) -> Asked:
    """A form that was sent; `channel` is where it was opened from."""
    asked = _interaction(body, Source.SLACK_MODAL)
    return Asked(asked.slack_id, asked.source, asked.name, asked.foreign, channel, trigger_id=asked.trigger_id)


def event(body: Mapping[str, Any], slack_id: str, channel: str) -> Asked:
    """Something that happened in a channel; it cannot open a form."""
    return Asked(slack_id, Source.SLACK_REACTION, channel=channel, trigger_id=str(body.get("event_id", "")))


def _interaction(body: Mapping[str, Any], source: Source) -> Asked:
    user: Mapping[str, Any] = body["user"]
    team = str((body.get("team") or {}).get("id", ""))
    return Asked(
        slack_id=str(user["id"]),
        source=source,
        name=str(user.get("name") or user.get("username") or ""),
        foreign=bool(team and user.get("team_id") and user["team_id"] != team),
        channel=str((body.get("channel") or {}).get("id", "")),
        response_url=str(body.get("response_url", "")),
        trigger_id=str(body.get("trigger_id", "")),
        at_home=(body.get("view") or {}).get("type") == "home",
    )
