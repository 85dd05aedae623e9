"""What happens to channels, whoever does it: create, join, leave, rename, archive, topic; each tells the app.

Nothing here asks whether it is allowed; the Web API and `interact` do, each by its own rules.
"""

import re

from sandbox import talk, wire
from sandbox.model import Channel, Json
from sandbox.world import World

NAME_LENGTH = 80
TOPIC_LENGTH = 250


def name_problem(world: World, name: str, *, own: Channel | None = None) -> str | None:
    """Slack's error code for a channel name that cannot be, or None."""
    if not name:
        return "invalid_name_required"
    if len(name) > NAME_LENGTH:
        return "invalid_name_maxlength"
    if not re.search(r"\w", name.replace("_", "")):
        return "invalid_name_punctuation"
    if name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        return "invalid_name_specials"
    return "name_taken" if _taken(world, name, own) else None


def _taken(world: World, name: str, own: Channel | None) -> bool:
    channels = any(c.name == name and c is not own for c in world.channels.values() if c.name)
    return channels or any(g.handle == name for g in world.usergroups.values())


def create(world: World, name: str, creator: str, *, is_private: bool = False) -> Channel:
    kind = "private_channel" if is_private else "public_channel"
    channel = Channel(world.new_id("C"), name, kind, creator, world.epoch())
    world.channels[channel.id] = channel
    if not is_private:
        small = {"id": channel.id, "name": name, "is_channel": True, "name_normalized": name}
        small |= {"created": channel.created, "creator": creator, "is_shared": False, "is_org_shared": False}
        small |= {"context_team_id": world.team.id}
        world.emit({"type": "channel_created", "channel": small, "event_ts": world.event_ts()}, channel)
    enter(world, channel, creator)
    return channel


def enter(world: World, channel: Channel, user: str, *, inviter: str = "") -> None:
    """Make this person a member."""
    channel.members.append(user)
    extra = {"inviter": inviter} if inviter else {}
    _system(world, channel, user, "join", f"<@{user}> has joined the channel", extra)
    event = {"type": "member_joined_channel", "user": user, "channel": channel.id, **_letter(world, channel)}
    world.emit(event | extra | {"event_ts": world.event_ts()}, channel)
    world.changed("state")


def depart(world: World, channel: Channel, user: str, *, by: str = "") -> None:
    """Take this person out; `by` is who removed them, where they did not leave by themselves."""
    removed = f"<@{user}> was removed from the channel by <@{by}>" if by else ""
    channel.members.remove(user)
    _system(world, channel, user, "leave", removed or f"<@{user}> has left the channel")
    event = {"type": "member_left_channel", "user": user, "channel": channel.id, **_letter(world, channel)}
    world.emit(event | {"event_ts": world.event_ts()}, channel)
    if user == world.app.bot_user:
        kind = "group_left" if channel.is_private else "channel_left"
        gone = {"type": kind, "channel": channel.id, "actor_id": by or user, "event_ts": world.event_ts()}
        world.emit(gone, channel)
    world.changed("state", f"channel:{channel.id}")


def rename(world: World, channel: Channel, name: str, by: str) -> None:
    old = channel.name
    channel.previous_names = [old, *(n for n in channel.previous_names if n not in (old, name))]
    channel.name = name
    _touch(world, channel)
    text = f'has renamed the channel from "{old}" to "{name}"'
    _system(world, channel, by, "name", text, {"old_name": old, "name": name})
    small = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    small |= {"is_channel": not channel.is_private, "is_mpim": False}
    _of_kind(world, channel, "rename", {"channel": small})


def set_topic(world: World, channel: Channel, value: str, by: str) -> None:
    channel.topic = {"value": value, "creator": by, "last_set": world.epoch()}
    text = f"set the channel topic: {value}" if value else "cleared the channel topic"
    _touch(world, channel)
    _system(world, channel, by, "topic", text, {"topic": value})


def set_purpose(world: World, channel: Channel, value: str, by: str) -> None:
    channel.purpose = {"value": value, "creator": by, "last_set": world.epoch()}
    text = f"set the channel description: {value}" if value else "cleared the channel description"
    _touch(world, channel)
    _system(world, channel, by, "purpose", text, {"purpose": value})


def archive(world: World, channel: Channel, by: str) -> None:
    """Archive. The app's own membership ends with it, which is why an app cannot undo it."""
    _system(world, channel, by, "archive", f"<@{by}> archived the channel", {"members": list(channel.members)})
    channel.is_archived = True
    _touch(world, channel)
    _of_kind(world, channel, "archive", {"channel": channel.id, "user": by, "is_moved": 0})
    if world.app.bot_user in channel.members:
        channel.members.remove(world.app.bot_user)


def unarchive(world: World, channel: Channel, by: str) -> None:
    channel.is_archived = False
    if by not in channel.members:
        channel.members.append(by)
    _touch(world, channel)
    _system(world, channel, by, "unarchive", f"<@{by}> un-archived the channel")
    _of_kind(world, channel, "unarchive", {"channel": channel.id, "user": by})


def _touch(world: World, channel: Channel) -> None:
    channel.updated = int(world.now().timestamp() * 1000)
    world.changed("state")


def _system(world: World, channel: Channel, user: str, what: str, text: str, extra: Json | None = None) -> None:
    part = "group" if channel.is_private else "channel"
    talk.post(world, channel, user=user, text=text, subtype=f"{part}_{what}", extra=extra or {})


def _letter(world: World, channel: Channel) -> Json:
    return {"channel_type": "G" if channel.is_private else "C", "team": world.team.id}


def _of_kind(world: World, channel: Channel, what: str, body: Json) -> None:
    kind = f"group_{what}" if channel.is_private else f"channel_{what}"
    world.emit({"type": kind, **body, "event_ts": world.event_ts()}, channel)


def user_changed(world: World, user_id: str) -> None:
    """Tell of a changed profile."""
    person = world.users[user_id]
    person.updated = world.epoch()
    body = wire.user(world, person, email="users:read.email" in world.manifest.bot_scopes)
    world.emit({"type": "user_change", "user": body, "cache_ts": world.epoch(), "event_ts": world.event_ts()})
    world.changed("state")
