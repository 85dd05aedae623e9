"""What people do in the workspace without the app: write, react, join, invite, rename, archive, change a profile.

Slack's client would not let a person do what they may not; here that is `Refused`, with a sentence that says why.
"""

from dataclasses import fields
from typing import Any
from zoneinfo import available_timezones

from sandbox import rooms, talk
from sandbox.emoji import known_emoji
from sandbox.model import Channel, Json, Message, User
from sandbox.text import rich_text, typed
from sandbox.world import World

LONGEST_MESSAGE = 40_000


class Refused(Exception):
    """Slack's client would not do this: a code, and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def person(world: World, user: str) -> User:
    found = world.user(user)
    if found is None or found.is_bot:
        raise Refused("user_not_found", f"There is no person {user!r}.")
    if found.deleted:
        raise Refused("user_deactivated", f"{found.real_name} is deactivated.")
    return found


def may_see(world: World, user: str, channel: str) -> Channel:
    """The channel, if this person may read it."""
    person(world, user)
    found = world.channel(channel)
    if found is None or found not in list(world.visible_to(user)):
        raise Refused("channel_not_found", f"There is no channel {channel!r} for this person.")
    return found


def member(world: World, user: str, channel: str) -> Channel:
    """The channel, if this person may write there."""
    found = may_see(world, user, channel)
    if user not in found.members:
        raise Refused("not_in_channel", f"Join #{found.name} first.")
    if found.is_archived:
        raise Refused("is_archived", f"#{found.name} is archived.")
    return found


def the_message(world: World, user: str, channel: str, ts: str) -> Message:
    may_see(world, user, channel)
    found = world.find_message(channel, ts, user)
    if found is None:
        raise Refused("message_not_found", "There is no such message for this person.")
    return found


async def message(world: World, user: str, channel: str, text: str, thread_ts: str = "") -> Json:
    where = member(world, user, channel)
    if not text.strip():
        raise Refused("no_text", "Type something first.")
    if len(text) > LONGEST_MESSAGE:
        raise Refused("msg_too_long", "A message may have 40,000 characters.")
    if where.kind == "im" and (not world.manifest.messages_tab or world.manifest.messages_tab_read_only):
        raise Refused("messages_tab_disabled", "Sending messages to this app has been turned off.")
    sent = typed(world, text)
    found = talk.post(
        world,
        where,
        user=user,
        text=sent,
        blocks=[rich_text(world, sent)],
        thread_ts=thread_ts,
        client_msg_id=world.new_secret(),
    )
    return {"ts": found.ts}


async def edit(world: World, user: str, channel: str, ts: str, text: str) -> Json:
    found = _own(world, user, channel, ts)
    sent = typed(world, text)
    talk.edit(world, found, user, text=sent, blocks=[rich_text(world, sent)])
    return {"ts": ts}


async def delete(world: World, user: str, channel: str, ts: str) -> Json:
    """Delete one's own message, or dismiss one that is shown to this person alone."""
    found = the_message(world, user, channel, ts)
    admin = world.users[user].is_admin or world.users[user].is_owner
    if found.user != user and not found.ephemeral_to and not admin:
        raise Refused("cant_delete_message", "This message is somebody else's.")
    talk.delete(world, found)
    return {"ts": ts}


def _own(world: World, user: str, channel: str, ts: str) -> Message:
    found = the_message(world, user, channel, ts)
    if found.user != user or found.subtype:
        raise Refused("cant_update_message", "This message is somebody else's.")
    return found


async def react(world: World, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> Json:
    member(world, user, channel)
    found, plain = the_message(world, user, channel, ts), name.strip(":")
    if found.ephemeral_to:
        raise Refused("not_reactable", "A message that only one person sees takes no reactions.")
    if not known_emoji(world, plain):
        raise Refused("invalid_name", f"There is no emoji :{plain}:.")
    done = talk.unreact(world, found, user, plain) if remove else talk.react(world, found, user, plain)
    return {"changed": done}


async def pin(world: World, user: str, channel: str, ts: str, *, remove: bool = False) -> Json:
    where, found = member(world, user, channel), the_message(world, user, channel, ts)
    if world.pinned(where, ts) != remove:
        return {"changed": False}
    if remove:
        talk.unpin(world, found, user)
    else:
        talk.pin(world, found, user)
    return {"changed": True}


async def create(world: World, user: str, name: str, *, is_private: bool = False) -> Json:
    if person(world, user).is_restricted:
        raise Refused("user_is_restricted", "Guests cannot create channels.")
    if code := rooms.name_problem(world, name):
        raise Refused(code, "Use up to 80 lower-case letters, digits, - and _, and a name that is free.")
    return {"channel": rooms.create(world, name, user, is_private=is_private).id}


async def join(world: World, user: str, channel: str) -> Json:
    found = may_see(world, user, channel)
    if found.is_archived:
        raise Refused("is_archived", f"#{found.name} is archived.")
    if user in found.members:
        return {"changed": False}
    if found.kind != "public_channel":
        raise Refused("channel_not_found", "Only a member can bring people into a private channel.")
    rooms.enter(world, found, user)
    return {"changed": True}


async def leave(world: World, user: str, channel: str) -> Json:
    found = may_see(world, user, channel)
    if found.is_general:
        raise Refused("cant_leave_general", "Nobody can leave the general channel.")
    if user not in found.members or found.kind == "im":
        return {"changed": False}
    rooms.depart(world, found, user)
    return {"changed": True}


async def invite(world: World, user: str, channel: str, users: list[str]) -> Json:
    """Bring people, or the app, into a channel; those who are there already are left alone."""
    found = member(world, user, channel)
    for invited in users:
        if invited not in world.users or world.users[invited].deleted:
            raise Refused("user_not_found", f"There is nobody {invited!r} to invite.")
    new = [invited for invited in users if invited not in found.members]
    for invited in new:
        rooms.enter(world, found, invited, inviter=user)
    return {"invited": new}


async def kick(world: World, user: str, channel: str, target: str) -> Json:
    found = member(world, user, channel)
    if target not in found.members or target == user:
        raise Refused("not_in_channel", f"{target!r} is not somebody else in the channel.")
    rooms.depart(world, found, target, by=user)
    return {"changed": True}


async def rename(world: World, user: str, channel: str, name: str) -> Json:
    found = member(world, user, channel)
    if code := rooms.name_problem(world, name, own=found):
        raise Refused(code, "Use up to 80 lower-case letters, digits, - and _, and a name that is free.")
    rooms.rename(world, found, name, user)
    return {"name": name}


async def topic(world: World, user: str, channel: str, text: str) -> Json:
    found = member(world, user, channel)
    if len(text) > rooms.TOPIC_LENGTH:
        raise Refused("too_long", "A topic may have 250 characters.")
    rooms.set_topic(world, found, typed(world, text), user)
    return {"topic": found.topic["value"]}


async def archive(world: World, user: str, channel: str) -> Json:
    found = member(world, user, channel)
    if found.is_general:
        raise Refused("cant_archive_general", "The general channel cannot be archived.")
    rooms.archive(world, found, user)
    return {"changed": True}


async def unarchive(world: World, user: str, channel: str) -> Json:
    found = may_see(world, user, channel)
    if not found.is_archived:
        raise Refused("not_archived", f"#{found.name} is not archived.")
    rooms.unarchive(world, found, user)
    return {"changed": True}


PROFILE = tuple(f.name for f in fields(User) if f.name not in ("id", "is_bot", "bot_id", "updated"))


async def profile(world: World, user: str, changes: dict[str, Any]) -> Json:
    """Change a person's profile or standing (zone, name, guest, admin, deactivated) and tell the app."""
    found = world.user(user)
    if found is None:
        raise Refused("user_not_found", f"There is no person {user!r}.")
    for name, value in changes.items():
        if name not in PROFILE:
            raise Refused("unknown_field", f"There is no {name!r}: known are {', '.join(PROFILE)}.")
        if type(value) is not type(getattr(found, name)):
            raise Refused("invalid_arguments", f"{name!r} must be {type(getattr(found, name)).__name__}.")
    if "tz" in changes and changes["tz"] not in available_timezones():
        raise Refused("invalid_zone", f"There is no zone {changes['tz']!r}; use one such as Europe/Berlin.")
    for name, value in changes.items():
        setattr(found, name, value)
    if changes.get("deleted"):
        for channel in world.channels.values():
            if user in channel.members and channel.kind != "im":
                channel.members.remove(user)
    rooms.user_changed(world, user)
    return {"user": user}
