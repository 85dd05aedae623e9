"""The conversations methods that make, change and list channels and their members."""

from sandbox import rooms, wire
from sandbox.model import Channel, Json, User
from sandbox.webapi.call import ApiError, Call, scope
from sandbox.webapi.pages import page
from sandbox.webapi.people import conversations

OPENABLE = 8
"""People in a group conversation besides the app."""


def _room(call: Call, *, member: bool = True, live: bool = True) -> Channel:
    """The channel to be changed; direct conversations cannot be."""
    found = call.channel("write", member=member, live=live)
    if found.kind not in ("public_channel", "private_channel"):
        raise ApiError("method_not_supported_for_channel_type")
    return found


async def create(call: Call) -> Json:
    is_private = call.args.flag("is_private")
    call.need("groups:write" if is_private else "channels:manage")
    name = call.args.text("name").removeprefix("#")
    if problem := rooms.name_problem(call.world, name):
        raise ApiError(problem)
    most = call.world.switches.max_channels
    if most is not None and sum(bool(c.name) for c in call.world.channels.values()) >= most:
        raise ApiError("restricted_action")
    return {"channel": wire.channel(call.world, rooms.create(call.world, name, call.me, is_private=is_private))}


async def info(call: Call) -> Json:
    found = call.channel("read")
    return {"channel": wire.channel(call.world, found, num_members=call.args.flag("include_num_members"))}


async def listed(call: Call) -> Json:
    found, following = page(call.args, conversations(call), default=100, most=1000)
    shown = [wire.channel(call.world, c, num_members=True) for c in found]
    return {"channels": shown, "response_metadata": following}


async def members(call: Call) -> Json:
    found = call.channel("read")
    some, following = page(call.args, found.members, default=100, most=1000)
    return {"members": some, "response_metadata": following}


async def invite(call: Call) -> Json:
    """Without `force`, one person who cannot be invited fails the whole batch; with it the others are invited."""
    channel = call.channel()
    call.need(f"{scope(channel.kind, 'write').partition(':')[0]}:write.invites", scope(channel.kind, "write"))
    channel = _invitable(call, channel)
    users = call.args.names("users")
    if not users:
        raise ApiError("no_user")
    problems = {u: code for u in users if (code := _invitation_problem(call, channel, u))}
    errors: list[Json] = [{"user": u, "ok": False, "error": code} for u, code in problems.items()]
    welcome = [u for u in dict.fromkeys(users) if u not in problems]
    if errors and not (call.args.flag("force") and welcome):
        raise ApiError(errors[0]["error"], errors=errors)
    for user in welcome:
        rooms.enter(call.world, channel, user, inviter=call.me)
    return {"channel": wire.channel(call.world, channel)} | ({"errors": errors} if errors else {})


def _invitable(call: Call, channel: Channel) -> Channel:
    if channel.kind not in ("public_channel", "private_channel"):
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if call.me not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _invitation_problem(call: Call, channel: Channel, user: str) -> str | None:
    if user == call.me:
        return "cant_invite_self"
    person = call.world.user(user)
    if person is None:
        return "user_not_found"
    if user in channel.members:
        return "already_in_channel"
    return "ura_max_channels" if person.is_ultra_restricted else _standing(person)


def _standing(person: User) -> str | None:
    return "cant_invite" if person.deleted or person.is_restricted or person.id.startswith("USLACK") else None


async def join(call: Call) -> Json:
    found = call.channel()
    if found.kind != "public_channel":
        raise ApiError("method_not_supported_for_channel_type")
    if found.is_archived:
        raise ApiError("is_archived")
    if call.me not in found.members:
        rooms.enter(call.world, found, call.me)
        return {"channel": wire.channel(call.world, found)}
    warned = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": wire.channel(call.world, found)} | warned


async def leave(call: Call) -> Json:
    found = _room(call, member=False)
    if found.is_general:
        raise ApiError("cant_leave_general")
    if call.me not in found.members:
        return {"not_in_channel": True}
    rooms.depart(call.world, found, call.me)
    return {}


async def kick(call: Call) -> Json:
    found, who = _room(call), call.user()
    if who.id == call.me:
        raise ApiError("cant_kick_self")
    if found.is_general:
        raise ApiError("cant_kick_from_general")
    if who.id not in found.members:
        raise ApiError("not_in_channel")
    rooms.depart(call.world, found, who.id, by=call.me)
    return {"errors": {}}


async def rename(call: Call) -> Json:
    """Only the channel's creator may; for others it is an administrator's."""
    found, name = _room(call), call.args.text("name").removeprefix("#")
    if found.creator != call.me:
        raise ApiError("not_authorized")
    if problem := rooms.name_problem(call.world, name, own=found):
        raise ApiError(problem)
    if name != found.name:
        rooms.rename(call.world, found, name, call.me)
    return {"channel": wire.channel(call.world, found)}


async def archive(call: Call) -> Json:
    found = _room(call, member=False, live=False)
    if found.is_archived:
        raise ApiError("already_archived")
    if found.is_general:
        raise ApiError("cant_archive_general")
    if call.me not in found.members:
        raise ApiError("not_in_channel")
    rooms.archive(call.world, found, call.me)
    return {}


async def unarchive(call: Call) -> Json:
    """A bot cannot: archiving ended its membership, and Slack answers not_in_channel (a known limit of Slack's)."""
    found = call.world.channel(call.args.needed("channel"))
    if found is None:
        raise ApiError("channel_not_found")
    call.need(scope(found.kind, "write"))
    if not found.is_archived:
        raise ApiError("not_archived")
    raise ApiError("not_in_channel")


async def set_topic(call: Call) -> Json:
    found, value = _describable(call, "topic")
    rooms.set_topic(call.world, found, value, call.me)
    return {"channel": wire.channel(call.world, found)}


async def set_purpose(call: Call) -> Json:
    found, value = _describable(call, "purpose")
    rooms.set_purpose(call.world, found, value, call.me)
    return {"purpose": value, "channel": wire.channel(call.world, found)}


def _describable(call: Call, what: str) -> tuple[Channel, str]:
    found = call.channel()
    letters = scope(found.kind, "write").partition(":")[0]
    call.need(f"{letters}:write.topic", scope(found.kind, "write"))
    if found.is_archived:
        raise ApiError("is_archived")
    if call.me not in found.members:
        raise ApiError("not_in_channel")
    value = call.args.text(what)
    if len(value) > rooms.TOPIC_LENGTH:
        raise ApiError("too_long")
    return found, value


async def opened(call: Call) -> Json:
    """Open the direct conversation with one person, or a group one with several."""
    if "channel" in call.args:
        found = call.channel()
        return _opened(call, found, already=True)
    users = [u for u in dict.fromkeys(call.args.names("users")) if u != call.me]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > OPENABLE:
        raise ApiError("too_many_users")
    call.need("im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        person = call.world.user(user)
        if person is None:
            raise ApiError("user_not_found")
        if person.deleted:
            raise ApiError("user_disabled")
    if len(users) == 1:
        already = call.world.dm(users[0]) is not None
        return _opened(call, call.world.open_dm(users[0]), already=already)
    return _group(call, users)


def _group(call: Call, users: list[str]) -> Json:
    wanted = {*users, call.me}
    for found in call.world.channels.values():
        if found.kind == "mpim" and set(found.members) == wanted:
            return _opened(call, found, already=True)
    names = "--".join(call.world.users[u].name for u in sorted(wanted))
    made = Channel(call.world.new_id("C"), f"mpdm-{names}-1", "mpim", call.me, call.world.epoch(), sorted(wanted))
    call.world.channels[made.id] = made
    call.world.changed("state")
    return _opened(call, made, already=False)


def _opened(call: Call, found: Channel, *, already: bool) -> Json:
    body: Json = {"channel": {"id": found.id}}
    if call.args.flag("return_im"):
        body = {"channel": wire.channel(call.world, found)}
    return body | ({"no_op": True, "already_open": True} if already else {})


async def mark(call: Call) -> Json:
    found = call.channel("write", member=True)
    found.last_read[call.me] = call.args.needed("ts")
    return {}
