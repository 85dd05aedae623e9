"""People come and go: into a war room and out of it, in Slack's directory, and in its user groups."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.people import EVERYTHING, Actor
from bot.usecases import groups, people, pictures, responders
from clients.slack_people import entry_of, group_of
from commands import asking
from commands.boundary import Boundary


async def joined(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`member_joined_channel`: somebody in a war room sees its private incident."""
    event = body["event"]
    if await _elsewhere(edge, event):
        return await ack()

    async def act(by: Actor) -> None:
        assert by.person is not None
        await responders.joined_room(edge.bot, event["channel"], by.person.id)

    return await edge.hear(asking.event(body, event["user"], event["channel"]), act)


async def left(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`member_left_channel`: a commander who leaves is asked to hand over."""
    event = body["event"]
    if await _elsewhere(edge, event):
        return await ack()

    async def act(by: Actor) -> None:
        assert by.person is not None
        await responders.left_room(edge.bot, event["channel"], by.person.id, edge.bot.clock.now())

    return await edge.hear(asking.event(body, event["user"], event["channel"]), act)


async def _elsewhere(edge: Boundary, event: dict[str, Any]) -> bool:
    """Not a war room, or the bot itself."""
    if await edge.is_bot(event["user"]):
        return True
    return await pictures.in_channel(edge.bot, event["channel"], EVERYTHING) is None


async def changed(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`user_change`: what we keep of a person we know follows Slack."""
    user = body["event"]["user"]
    if await people.known(edge.bot, user["id"]) is None:
        return await ack()
    team = (await edge.slack.people.me()).team_id
    await people.meet(edge.bot, entry_of(user, team), edge.bot.clock.now())
    return await ack()


async def group_changed(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`subteam_created`, `subteam_updated`: our copy of the user group follows Slack."""
    await groups.changed(edge.bot, group_of(body["event"]["subteam"]))
    return await ack()


async def group_members_changed(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`subteam_members_changed`: who came and who went."""
    event = body["event"]
    added, removed = event.get("added_users") or (), event.get("removed_users") or ()
    await groups.members_changed(edge.bot, event["subteam_id"], added, removed, int(event.get("date_update") or 0))
    return await ack()
