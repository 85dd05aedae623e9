"""Methods about the app itself and about people: auth, apps, team, users, user groups, do-not-disturb, emoji."""

import re

from sandbox import wire
from sandbox.model import Channel, Json, User, UserGroup
from sandbox.webapi.call import ApiError, Call, scope
from sandbox.webapi.pages import page

HANDLE = re.compile(r"[^\W_A-Z][^\s@#A-Z]{0,79}")
KINDS = ("public_channel", "private_channel", "mpim", "im")


async def api_test(call: Call) -> Json:
    """Answers with the arguments it got; fails with `error` when one is given."""
    if "error" in call.args:
        raise ApiError(call.args.text("error"), args=call.args.given)
    return {"args": call.args.given} if call.args.given else {}


async def auth_test(call: Call) -> Json:
    world = call.world
    bot = world.users[world.app.bot_user]
    body: Json = {"url": f"https://{world.team.domain}.slack.com/", "team": world.team.name, "user": bot.name}
    body |= {"team_id": world.team.id, "user_id": bot.id, "bot_id": world.app.bot_id}
    return body | {"is_enterprise_install": False}


async def connections_open(call: Call) -> Json:
    if not call.world.manifest.socket_mode or not call.world.sockets.enabled:
        raise ApiError("socket_mode_not_enabled" if call.world.sockets.enabled else "link_disabled")
    return {"url": call.world.sockets.open_url()}


async def team_info(call: Call) -> Json:
    team = call.world.team
    icon = {"image_default": True, "image_132": f"{call.world.base_url}/avatars/{team.id}_132.png"}
    about = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "acme.example"}
    return {"team": about | {"url": f"https://{team.domain}.slack.com/", "icon": icon, "avatar_base_url": ""}}


def shown(call: Call, person: User) -> Json:
    return wire.user(call.world, person, email="users:read.email" in call.scopes)


async def users_info(call: Call) -> Json:
    return {"user": shown(call, call.user())}


async def users_list(call: Call) -> Json:
    people = list(call.world.users.values())
    found, following = page(call.args, people, default=len(people), most=1000)
    return {
        "members": [shown(call, p) for p in found],
        "cache_ts": call.world.epoch(),
        "response_metadata": following,
    }


async def users_by_email(call: Call) -> Json:
    wanted = call.args.needed("email").lower()
    for person in call.world.users.values():
        if person.email.lower() == wanted and not person.deleted:
            return {"user": wire.user(call.world, person)}
    raise ApiError("users_not_found")


async def users_conversations(call: Call) -> Json:
    who = call.args.text("user", call.me)
    if who not in call.world.users:
        raise ApiError("user_not_found")
    mine = [c for c in conversations(call) if who in c.members]
    found, following = page(call.args, mine, default=100, most=999)
    return {"channels": [wire.channel(call.world, c) for c in found], "response_metadata": following}


def conversations(call: Call) -> list[Channel]:
    """Those of the wanted `types` that the app may know of."""
    types = call.args.names("types") or ["public_channel"]
    if set(types) - set(KINDS):
        raise ApiError("invalid_types")
    call.need(*dict.fromkeys(scope(kind, "read") for kind in types))
    for kind in types:
        call.need(scope(kind, "read"))
    found = [c for c in call.world.channels.values() if c.kind in types]
    if call.args.flag("exclude_archived"):
        found = [c for c in found if not c.is_archived]
    return [c for c in found if not c.is_private or call.me in c.members]


async def usergroups_list(call: Call) -> Json:
    everything = call.args.flag("include_disabled")
    found = [g for g in call.world.usergroups.values() if everything or not g.deleted_at]
    return {"usergroups": [_group(call, g) for g in found]}


def _group(call: Call, group: UserGroup) -> Json:
    users, count = call.args.flag("include_users"), call.args.flag("include_count")
    return wire.usergroup(call.world, group, users=users, count=count)


def _the_group(call: Call) -> UserGroup:
    wanted = call.args.text("usergroup")
    if not wanted:
        raise ApiError("missing_argument")
    group = call.world.usergroups.get(wanted)
    if group is None:
        raise ApiError("no_such_subteam")
    return group


async def usergroups_users(call: Call) -> Json:
    group = _the_group(call)
    if group.deleted_at and not call.args.flag("include_disabled"):
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


async def usergroups_create(call: Call) -> Json:
    name = call.args.needed("name")
    handle = call.args.text("handle") or name.lower().replace(" ", "-")
    if not HANDLE.fullmatch(handle):
        raise ApiError("bad_handle")
    if any(g.name == name for g in call.world.usergroups.values()):
        raise ApiError("name_already_exists")
    _free_handle(call, handle, None)
    group = UserGroup(call.world.new_id("S"), handle, name, description=call.args.text("description"))
    group.created, group.created_by = call.world.epoch(), call.me
    call.world.usergroups[group.id] = group
    _tell(call, group, "subteam_created")
    return {"usergroup": _group(call, group)}


def _free_handle(call: Call, handle: str, own: UserGroup | None) -> None:
    groups = any(g.handle == handle and g is not own for g in call.world.usergroups.values())
    if groups or call.world.channel_named(handle) or any(u.name == handle for u in call.world.users.values()):
        raise ApiError("handle_already_exists")


async def usergroups_update(call: Call) -> Json:
    group = _the_group(call)
    if "handle" in call.args:
        _free_handle(call, call.args.text("handle"), group)
    for name in ("name", "handle", "description"):
        if name in call.args:
            setattr(group, name, call.args.text(name))
    _tell(call, group, "subteam_updated")
    return {"usergroup": _group(call, group)}


async def usergroups_users_update(call: Call) -> Json:
    """Replaces all members; a disabled group stays disabled. Nobody is no list of people: that takes a disable."""
    group, wanted = _the_group(call), list(dict.fromkeys(call.args.names("users")))
    if not wanted:
        raise ApiError("no_users_provided")
    if not all(_may_be_in_groups(call.world.users.get(user)) for user in wanted):
        raise ApiError("invalid_users")
    before, group.users = group.users, wanted
    _tell(call, group, "subteam_updated")
    call.world.emit(
        {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": call.world.team.id,
            "date_update": group.updated,
            "added_users": [u for u in wanted if u not in before],
            "removed_users": [u for u in before if u not in wanted],
            "event_ts": call.world.event_ts(),
        }
    )
    return {"usergroup": wire.usergroup(call.world, group, users=True)}


def _may_be_in_groups(person: User | None) -> bool:
    """Guests and bots cannot be in one, nor people who left."""
    if person is None or person.deleted or person.is_bot or person.id == "USLACKBOT":
        return False
    return not (person.is_restricted or person.is_ultra_restricted)


async def usergroups_enable(call: Call) -> Json:
    return _set_deleted(call, 0)


async def usergroups_disable(call: Call) -> Json:
    return _set_deleted(call, call.world.epoch())


def _set_deleted(call: Call, at: int) -> Json:
    group = _the_group(call)
    group.deleted_at = at
    _tell(call, group, "subteam_updated")
    return {"usergroup": _group(call, group)}


def _tell(call: Call, group: UserGroup, kind: str) -> None:
    group.updated, group.updated_by = call.world.epoch(), call.me
    body = wire.usergroup(call.world, group, users=True)
    call.world.emit({"type": kind, "subteam": body, "event_ts": call.world.event_ts()})
    call.world.changed("state")


async def dnd_info(call: Call) -> Json:
    person = call.world.user(call.args.text("user", call.me))
    if person is None:
        raise ApiError("user_not_found")
    snoozed = person.snoozed_until > call.world.epoch()
    body: Json = {"dnd_enabled": snoozed, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": snoozed}
    return body | ({"snooze_endtime": person.snoozed_until} if snoozed else {})


async def emoji_list(call: Call) -> Json:
    custom = {name: f"{call.world.base_url}/{path}" for name, path in call.world.emoji.items()}
    return {"emoji": custom, "cache_ts": call.world.event_ts()}
