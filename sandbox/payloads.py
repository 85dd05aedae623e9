"""What Slack sends when a person does something with the app: commands, actions, submissions, shortcuts."""

from typing import TYPE_CHECKING

from sandbox import wire
from sandbox.model import Channel, Json, Message, User, View

if TYPE_CHECKING:
    from sandbox.world import World

VERIFICATION = "sandbox-verification-token"


def slash(world: "World", person: User, channel: Channel, command: str, text: str) -> Json:
    return {
        "token": VERIFICATION,
        "team_id": world.team.id,
        "team_domain": world.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
        "response_url": world.new_response_url(person.id, channel.id),
        "trigger_id": world.new_trigger(person.id),
    }


def channel_name(channel: Channel) -> str:
    """The name Slack gives an app; that of a private conversation stays hidden."""
    hidden = {"im": "directmessage", "mpim": "mpdm", "private_channel": "privategroup"}
    return hidden.get(channel.kind, channel.name)


def message_actions(world: "World", person: User, message: Message, action: Json) -> Json:
    """block_actions of an element in a message."""
    channel = world.channels[message.channel]
    alone = bool(message.ephemeral_to)
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = alone
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown = wire.message(world, message)
    if alone:
        shown = {"type": "message", "ts": message.ts, "is_ephemeral": True, "user": message.user}
        shown |= {"bot_id": message.bot_id, "app_id": world.app.id, "text": message.text}
        shown |= {"team": world.team.id, "blocks": message.blocks}
    body = _base(world, person, "block_actions") | {"container": container}
    body["trigger_id"] = world.new_trigger(person.id)
    body["channel"] = {"id": channel.id, "name": channel_name(channel)}
    body["message"] = shown
    body["state"] = {"values": world.draft(person.id, message)}
    body["response_url"] = world.new_response_url(person.id, channel.id, message=message, thread_ts=message.thread_ts)
    return body | {"actions": [action]}


def view_actions(world: "World", person: User, view: View, action: Json) -> Json:
    """block_actions of an element in a modal or a home tab."""
    container = {"type": "view", "view_id": view.id}
    body = _base(world, person, "block_actions") | {"container": container}
    body["trigger_id"] = world.new_trigger(person.id)
    body["view"] = wire.view(world, view)
    return body | {"actions": [action]}


def suggestion(world: "World", person: User, where: Json, block: Json, element: Json, value: str) -> Json:
    """block_suggestion: options wanted for an external select. `where` holds the view, or message and channel."""
    body = _base(world, person, "block_suggestion")
    body |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": value}
    return body | where


def submission(world: "World", person: User, view: View) -> Json:
    body = _base(world, person, "view_submission")
    body["trigger_id"] = world.new_trigger(person.id)
    body["view"] = wire.view(world, view)
    body["response_urls"] = _response_urls(world, person, view)
    return body


def _response_urls(world: "World", person: User, view: View) -> list[Json]:
    found: list[Json] = []
    for block in view.blocks:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        state = view.values[block["block_id"]][element["action_id"]]
        chosen = state.get("selected_conversation") or state.get("selected_channel")
        if chosen:
            url = world.new_response_url(person.id, chosen)
            where = {"block_id": block["block_id"], "action_id": element["action_id"]}
            found.append(where | {"channel_id": chosen, "response_url": url})
    return found


def closed(world: "World", person: User, view: View, *, is_cleared: bool) -> Json:
    body = _base(world, person, "view_closed")
    return body | {"view": wire.view(world, view), "is_cleared": is_cleared}


def global_shortcut(world: "World", person: User, callback_id: str) -> Json:
    return {
        "type": "shortcut",
        "token": VERIFICATION,
        "action_ts": world.event_ts(),
        "team": _team(world),
        "user": {"id": person.id, "username": person.name, "team_id": world.team.id},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": world.new_trigger(person.id),
    }


def message_shortcut(world: "World", person: User, callback_id: str, message: Message) -> Json:
    channel = world.channels[message.channel]
    user = {"id": person.id, "username": person.name, "team_id": world.team.id, "name": person.name}
    return {
        "type": "message_action",
        "token": VERIFICATION,
        "action_ts": world.event_ts(),
        "team": _team(world),
        "user": user,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": world.new_trigger(person.id),
        "response_url": world.new_response_url(person.id, channel.id),
        "message_ts": message.ts,
        "message": wire.message(world, message),
    }


def _base(world: "World", person: User, kind: str) -> Json:
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": world.team.id}
    return {
        "type": kind,
        "user": user,
        "api_app_id": world.app.id,
        "token": VERIFICATION,
        "team": _team(world),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _team(world: "World") -> Json:
    return {"id": world.team.id, "domain": world.team.domain}
