"""What happens to messages, whoever does it: post, edit, delete, react, pin; each tells the app and the browser.

Nothing here asks whether it is allowed; the Web API and `interact` do, each by its own rules.
"""

from dataclasses import replace
from typing import Any

from sandbox import wire
from sandbox.model import Channel, Json, Message, Pin, Reaction
from sandbox.seed import SLACKBOT
from sandbox.world import World

CHANNEL_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def post(world: World, channel: Channel, **fields: Any) -> Message:
    """Put a message into the channel, with `fields` as in `Message`; threads are resolved to their parent."""
    message = Message(channel=channel.id, ts=world.next_ts(channel), **fields)
    message.thread_ts = thread_of(channel, message.thread_ts)
    if message.reply_broadcast and message.is_reply:
        message.subtype = "thread_broadcast"
    channel.messages[message.ts] = message
    if message.is_reply:
        channel.threads.setdefault(message.thread_ts, []).append(message.ts)
    channel.last_read[message.user] = message.ts
    announce(world, channel, message)
    world.changed(f"channel:{channel.id}", "state")
    return message


def announce(world: World, channel: Channel, message: Message) -> None:
    """Tell the app of a message, and once more as a mention where it names the app."""
    body = wire.message(world, message)
    where = {"channel": channel.id, "event_ts": message.ts}
    kind = {"channel_type": CHANNEL_TYPES[channel.kind]}
    world.emit(body | where | kind, channel)
    mentioned = f"<@{world.app.bot_user}>" in message.text or f"<@{world.app.bot_user}|" in message.text
    if mentioned and not message.subtype and not message.bot_id and channel.kind != "im":
        world.emit(body | where | {"type": "app_mention"}, channel)


def thread_of(channel: Channel, thread_ts: str) -> str:
    """The parent's ts for the ts of any message of a thread; a ts of no message stays, as in Slack."""
    found = channel.messages.get(thread_ts)
    return found.thread_ts if found and found.is_reply else thread_ts


def post_ephemeral(world: World, channel: Channel, to: str, **fields: Any) -> Message:
    """Show a message to one person only. It is in no history, and no event tells of it."""
    message = Message(channel=channel.id, ts=world.next_ts(channel), ephemeral_to=to, **fields)
    channel.ephemerals[message.ts] = message
    world.changed(f"channel:{channel.id}")
    return message


def edit(world: World, message: Message, by: str, **fields: Any) -> None:
    """Change the text, blocks, attachments or metadata of a message."""
    channel = world.channels[message.channel]
    before = wire.message(world, message)
    for name, value in fields.items():
        setattr(message, name, value)
    message.edited = {"user": by, "ts": f"{world.epoch()}.000000"}
    world.changed(f"channel:{channel.id}")
    if not message.ephemeral_to:
        _hidden(world, channel, "message_changed", {"message": wire.message(world, message)}, before)


def delete(world: World, message: Message) -> None:
    """Take a message away; a parent of replies leaves a tombstone, as in Slack."""
    channel = world.channels[message.channel]
    world.changed(f"channel:{channel.id}", "state")
    if message.ephemeral_to:
        channel.ephemerals.pop(message.ts, None)
        return
    before = wire.message(world, message)
    channel.pins = [pin for pin in channel.pins if pin.ts != message.ts]
    if world.replies(message):
        tomb = "This message was deleted."
        gone = Message(channel.id, message.ts, SLACKBOT, tomb, "tombstone", thread_ts=message.ts)
        channel.messages[message.ts] = replace(gone, extra={"hidden": True})
        _hidden(world, channel, "message_changed", {"message": wire.message(world, gone)}, before)
        return
    del channel.messages[message.ts]
    if message.is_reply:
        channel.threads[message.thread_ts].remove(message.ts)
    _hidden(world, channel, "message_deleted", {"deleted_ts": message.ts}, before)


def _hidden(world: World, channel: Channel, subtype: str, body: Json, before: Json) -> None:
    ts = world.next_ts(channel)
    event = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "ts": ts}
    kind = {"channel_type": CHANNEL_TYPES[channel.kind], "event_ts": ts, "previous_message": before}
    world.emit(event | kind | body, channel)


def reaction(message: Message, name: str) -> Reaction | None:
    return next((r for r in message.reactions if r.name == name), None)


def react(world: World, message: Message, user: str, name: str) -> bool:
    """Add a reaction; False when this person already has it there."""
    found = reaction(message, name)
    if found and user in found.users:
        return False
    if found is None:
        found = Reaction(name)
        message.reactions.append(found)
    found.users.append(user)
    _reacted(world, message, user, name, "reaction_added")
    return True


def unreact(world: World, message: Message, user: str, name: str) -> bool:
    """Remove a reaction; False when this person has none of that name there."""
    found = reaction(message, name)
    if found is None or user not in found.users:
        return False
    found.users.remove(user)
    if not found.users:
        message.reactions.remove(found)
    _reacted(world, message, user, name, "reaction_removed")
    return True


def _reacted(world: World, message: Message, user: str, name: str, kind: str) -> None:
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event = {"type": kind, "user": user, "reaction": name, "item": item, "event_ts": world.event_ts()}
    if message.user:
        event["item_user"] = message.user
    world.emit(event, world.channels[message.channel])
    world.changed(f"channel:{message.channel}")


def pin(world: World, message: Message, user: str) -> None:
    channel = world.channels[message.channel]
    channel.pins.append(Pin(message.ts, user, world.epoch()))
    _pinned(world, channel, message, user, "pin_added")


def unpin(world: World, message: Message, user: str) -> None:
    channel = world.channels[message.channel]
    channel.pins = [p for p in channel.pins if p.ts != message.ts]
    _pinned(world, channel, message, user, "pin_removed")


def _pinned(world: World, channel: Channel, message: Message, user: str, kind: str) -> None:
    item = {"type": "message", "channel": channel.id, "created": world.epoch(), "created_by": user}
    item["message"] = wire.message(world, message)
    event: Json = {"type": kind, "user": user, "channel_id": channel.id, "item": item}
    event |= {"item_user": message.user, "pin_count": len(channel.pins), "event_ts": world.event_ts()}
    if kind == "pin_removed":
        event["has_pins"] = bool(channel.pins)
    world.emit(event, channel)
    world.changed(f"channel:{channel.id}", "state")


def permalink(world: World, message: Message) -> str:
    link = f"{world.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link
