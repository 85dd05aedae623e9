"""What the sandbox's workspace is made of: people, channels, messages, views and files, as plain dataclasses.

Nothing here decides anything; `world` holds these and `wire` puts them into Slack's JSON.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Team:
    id: str = "T0ACME"
    name: str = "Acme"
    domain: str = "acme"


@dataclass
class App:
    """The one app installed in the workspace."""

    id: str = "A0TOCSIN"
    bot_id: str = "B0TOCSIN"
    bot_user: str = "U0TOCSIN"
    name: str = "tocsin"


@dataclass
class User:
    id: str
    name: str
    real_name: str
    email: str = ""
    tz: str = "UTC"
    phone: str = ""
    title: str = ""
    display_name: str = ""
    status_text: str = ""
    status_emoji: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    bot_id: str = ""
    deleted: bool = False
    updated: int = 0
    snoozed_until: int = 0


@dataclass
class Reaction:
    name: str
    users: list[str] = field(default_factory=list)


@dataclass
class Message:
    channel: str
    ts: str
    user: str
    text: str = ""
    subtype: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str = ""
    reply_broadcast: bool = False
    bot_id: str = ""
    username: str = ""
    icons: Json = field(default_factory=dict)
    client_msg_id: str = ""
    edited: Json | None = None
    reactions: list[Reaction] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    subscribers: list[str] = field(default_factory=list)
    ephemeral_to: str = ""
    extra: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass
class Pin:
    ts: str
    by: str
    created: int


@dataclass
class Bookmark:
    id: str
    title: str
    type: str
    link: str
    emoji: str = ""
    created: int = 0
    updated: int = 0
    rank: str = ""
    by: str = ""


@dataclass
class Channel:
    """`kind` is Slack's conversation type: public_channel, private_channel, im or mpim.

    `threads` has the ts of each thread's replies by the ts of its parent, so that showing a message does not read
    the whole channel.
    """

    id: str
    name: str
    kind: str = "public_channel"
    creator: str = ""
    created: int = 0
    members: list[str] = field(default_factory=list)
    topic: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    is_archived: bool = False
    is_general: bool = False
    previous_names: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    last_us: int = 0
    updated: int = 0

    @property
    def is_private(self) -> bool:
        return self.kind != "public_channel"


@dataclass
class View:
    """A modal in somebody's stack, or the home view of one person (`type` says which)."""

    id: str
    type: str
    user: str
    payload: Json
    hash: str
    callback_id: str = ""
    private_metadata: str = ""
    external_id: str = ""
    root_view_id: str = ""
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    errors: Json = field(default_factory=dict)
    notice: str = ""

    @property
    def blocks(self) -> list[Json]:
        found: list[Json] = self.payload.get("blocks", [])
        return found


@dataclass
class SlackFile:
    id: str
    name: str
    title: str
    user: str
    size: int = 0
    mimetype: str = "text/plain"
    filetype: str = "text"
    alt_txt: str = ""
    created: int = 0
    content: bytes = b""
    channels: list[str] = field(default_factory=list)
    shares: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    canvas: Json | None = None


@dataclass
class Trigger:
    """`expires` is real (monotonic) time: Slack's three seconds do not move with the sandbox's clock."""

    id: str
    user: str
    expires: float
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an interaction may be answered: five times, for thirty minutes of real time."""

    id: str
    user: str
    channel: str
    expires: float
    uses_left: int = 5
    message_ts: str = ""
    is_ephemeral: bool = False
    thread_ts: str = ""


@dataclass
class UserGroup:
    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    description: str = ""
    created: int = 0
    updated: int = 0
    created_by: str = ""
    updated_by: str = ""
    deleted_at: int = 0


@dataclass
class Token:
    """`kind` is bot or app; scopes of a bot token come from the manifest."""

    value: str
    kind: str
    user: str = ""
    revoked: bool = False


@dataclass
class Switches:
    """What the sandbox's owner may turn on and off; everything here is safe to change while it runs.

    `restricted` names Web API methods that an administrator has forbidden to apps (`restricted_action`).
    """

    rate_limits: bool = False
    latency_ms: int = 0
    restricted: list[str] = field(default_factory=list)
    events_disabled: bool = False
    max_channels: int | None = None
