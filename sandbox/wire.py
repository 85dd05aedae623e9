"""Slack's JSON for the things of the workspace, as the Web API, events and interactions show them."""

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.model import Bookmark, Channel, Json, Message, SlackFile, User, UserGroup, View

if TYPE_CHECKING:
    from sandbox.world import World


def user(world: "World", person: User, *, email: bool = True) -> Json:
    """A person. Without the scope users:read.email Slack leaves the address out (`email` false)."""
    guest = person.is_restricted or person.is_ultra_restricted
    zone = ZoneInfo(person.tz)
    offset = world.now().astimezone(zone).utcoffset() or timedelta()
    body: Json = {
        "id": person.id,
        "team_id": world.team.id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": _profile(world, person, email),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.deleted:
        return body
    return body | {
        "color": "4bbe2e",
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": world.now().astimezone(zone).tzname(),
        "tz_offset": int(offset.total_seconds()),
        "is_admin": person.is_admin or person.is_owner,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": guest,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }


def _profile(world: "World", person: User, email: bool) -> Json:
    first, _, last = person.real_name.partition(" ")
    body: Json = {
        "title": person.title,
        "phone": person.phone,
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "first_name": first,
        "last_name": last,
        "status_text": person.status_text,
        "status_emoji": person.status_emoji,
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": person.id.lower(),
        "team": world.team.id,
    }
    for size in (24, 32, 48, 72, 192, 512):
        body[f"image_{size}"] = f"{world.base_url}/avatars/{person.id}_{size}.png"
    if person.is_bot:
        body |= {"bot_id": person.bot_id, "api_app_id": world.app.id, "always_active": True}
    elif email and person.email:
        body["email"] = person.email
    return body


def channel(world: "World", found: Channel, *, num_members: bool = False) -> Json:
    """A conversation as the app's bot user sees it."""
    if found.kind == "im":
        return _im(world, found)
    body: Json = {
        "id": found.id,
        "name": found.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": found.kind == "mpim",
        "is_private": found.is_private,
        "created": found.created,
        "is_archived": found.is_archived,
        "is_general": found.is_general,
        "unlinked": 0,
        "name_normalized": found.name,
        "is_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": world.team.id,
        "updated": found.updated or found.created * 1000,
        "parent_conversation": None,
        "creator": found.creator,
        "is_ext_shared": False,
        "shared_team_ids": [world.team.id],
        "pending_connected_team_ids": [],
        "is_member": world.app.bot_user in found.members,
        "topic": dict(found.topic),
        "purpose": dict(found.purpose),
        "previous_names": list(found.previous_names),
    }
    if body["is_member"]:
        body["last_read"] = found.last_read.get(world.app.bot_user, "0000000000.000000")
    if num_members:
        body["num_members"] = len(found.members)
    return body


def _im(world: "World", found: Channel) -> Json:
    other = next((m for m in found.members if m != world.app.bot_user), world.app.bot_user)
    person = world.users[other]
    return {
        "id": found.id,
        "created": found.created,
        "is_archived": found.is_archived,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": world.team.id,
        "updated": found.updated or found.created * 1000,
        "user": other,
        "is_user_deleted": person.deleted,
        "is_open": True,
        "priority": 0,
    }


def message(world: "World", found: Message, *, metadata: bool = False) -> Json:
    """A message as history shows it; its `metadata` only where the caller asked for all metadata."""
    body: Json = {"type": "message", "user": found.user, "ts": found.ts}
    if found.subtype:
        body["subtype"] = found.subtype
    if found.client_msg_id:
        body["client_msg_id"] = found.client_msg_id
    body |= {"text": found.text, "team": world.team.id}
    if found.bot_id:
        body |= {"bot_id": found.bot_id, "app_id": world.app.id, "bot_profile": _bot_profile(world)}
    for key in ("username", "icons", "attachments", "blocks", "edited"):
        if value := getattr(found, key):
            body[key] = value
    if metadata and found.metadata:
        body["metadata"] = found.metadata
    if found.files:
        body["files"] = [slack_file(world, world.files[i]) for i in found.files if i in world.files]
        body |= {"upload": False, "display_as_bot": False}
    if found.reactions:
        body["reactions"] = [{"name": r.name, "users": list(r.users), "count": len(r.users)} for r in found.reactions]
    _thread(world, found, body)
    channel_of = world.channels.get(found.channel)
    if channel_of and world.pinned(channel_of, found.ts):
        body |= {"pinned_to": [found.channel], "pinned_info": _pinned_info(channel_of, found.ts)}
    return body | found.extra


def _pinned_info(found: Channel, ts: str) -> Json:
    pin = next(p for p in found.pins if p.ts == ts)
    return {"channel": found.id, "pinned_by": pin.by, "pinned_ts": pin.created}


def _thread(world: "World", found: Message, body: Json) -> None:
    if found.ephemeral_to or found.channel not in world.channels:
        if found.thread_ts:
            body["thread_ts"] = found.thread_ts
        return
    if found.is_reply:
        body["thread_ts"] = found.thread_ts
        parent = world.message(found.channel, found.thread_ts)
        if parent:
            body["parent_user_id"] = parent.user
        return
    replies = world.replies(found)
    if replies:
        repliers = list(dict.fromkeys(reply.user for reply in replies))
        body |= {
            "thread_ts": found.ts,
            "reply_count": len(replies),
            "reply_users_count": len(repliers),
            "latest_reply": replies[-1].ts,
            "reply_users": repliers[:5],
            "is_locked": False,
            "subscribed": False,
        }


def _bot_profile(world: "World") -> Json:
    bot = world.users[world.app.bot_user]
    return {
        "id": world.app.bot_id,
        "app_id": world.app.id,
        "user_id": world.app.bot_user,
        "name": world.app.name,
        "icons": {f"image_{size}": f"{world.base_url}/avatars/{bot.id}_{size}.png" for size in (36, 48, 72)},
        "deleted": False,
        "updated": bot.updated,
        "team_id": world.team.id,
    }


def slack_file(world: "World", found: SlackFile, *, shares: bool = True) -> Json:
    """A file. Slack shares after it answered, so the answer to an upload shows no shares yet."""
    where: Json = {"public": {}, "private": {}}
    for channel_id, ts in found.shares.items() if shares else ():
        part = "private" if world.channels[channel_id].is_private else "public"
        where[part][channel_id] = [{"ts": ts, "channel_name": world.channels[channel_id].name}]
    place = [c for c in found.channels if world.channels[c].kind == "public_channel"] if shares else []
    groups = [c for c in found.channels if world.channels[c].kind == "private_channel"] if shares else []
    ims = [c for c in found.channels if world.channels[c].kind == "im"] if shares else []
    url = f"{world.base_url}/files/{found.id}/{found.name}"
    return {
        "id": found.id,
        "created": found.created,
        "timestamp": found.created,
        "name": found.name,
        "title": found.title,
        "mimetype": found.mimetype,
        "filetype": found.filetype,
        "pretty_type": found.filetype.upper(),
        "user": found.user,
        "user_team": world.team.id,
        "editable": found.mimetype.startswith("text/"),
        "size": found.size,
        "mode": "quip" if found.canvas else "snippet" if found.mimetype.startswith("text/") else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(place),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": url,
        "url_private_download": f"{world.base_url}/files/{found.id}/download/{found.name}",
        "permalink": f"{world.base_url}/files/{found.id}",
        "alt_txt": found.alt_txt,
        "channels": place,
        "groups": groups,
        "ims": ims,
        "comments_count": 0,
        "has_more_shares": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "shares": {k: v for k, v in where.items() if v},
    }


def view(world: "World", found: View) -> Json:
    raw = found.payload
    home = found.type == "home"
    return {
        "id": found.id,
        "team_id": world.team.id,
        "type": found.type,
        "blocks": found.blocks,
        "private_metadata": found.private_metadata,
        "callback_id": found.callback_id,
        "state": {"values": found.values},
        "hash": found.hash,
        "title": raw.get("title", {"type": "plain_text", "text": "View Title", "emoji": True} if home else None),
        "clear_on_close": bool(raw.get("clear_on_close", False)),
        "notify_on_close": bool(raw.get("notify_on_close", False)),
        "close": raw.get("close"),
        "submit": raw.get("submit"),
        "previous_view_id": found.previous_view_id,
        "root_view_id": found.root_view_id or found.id,
        "app_id": world.app.id,
        "external_id": found.external_id,
        "app_installed_team_id": world.team.id,
        "bot_id": world.app.bot_id,
    }


def bookmark(world: "World", channel_id: str, found: Bookmark) -> Json:
    return {
        "id": found.id,
        "channel_id": channel_id,
        "title": found.title,
        "link": found.link,
        "emoji": found.emoji,
        "icon_url": None,
        "type": found.type,
        "entity_id": None,
        "date_created": found.created,
        "date_updated": found.updated,
        "rank": found.rank,
        "last_updated_by_user_id": found.by,
        "last_updated_by_team_id": world.team.id,
        "shortcut_id": None,
        "app_id": None,
    }


def usergroup(world: "World", found: UserGroup, *, users: bool = False, count: bool = False) -> Json:
    body: Json = {
        "id": found.id,
        "team_id": world.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": found.name,
        "description": found.description,
        "handle": found.handle,
        "is_external": False,
        "date_create": found.created,
        "date_update": found.updated or found.created,
        "date_delete": found.deleted_at,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": found.created_by,
        "updated_by": found.updated_by or found.created_by,
        "deleted_by": found.updated_by if found.deleted_at else None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(found.users),
    }
    if users:
        body["users"] = list(found.users)
    if not count:
        del body["user_count"]
    return body
