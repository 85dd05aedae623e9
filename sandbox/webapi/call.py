"""One Web API call as its method sees it: arguments, who calls, and Slack's ways of refusing."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.model import Channel, Json, Message, Token, User
from sandbox.world import World

DEEPEST = 64
"""Levels of nesting in an argument; nothing of Slack's needs nearly as many."""

LETTERS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


class ApiError(Exception):
    """Slack's refusal: its error code and what else the answer holds."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra


def invalid(*messages: str) -> ApiError:
    """invalid_arguments with its explanations."""
    lines = [m if m.startswith("[ERROR]") else f"[ERROR] {m}" for m in messages]
    return ApiError("invalid_arguments", response_metadata={"messages": lines})


def parsed(text: str | bytes) -> Any:
    """The JSON in this text. ValueError when it is none, nests too deeply, or holds what UTF-8 cannot carry."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    level = [found]
    for _ in range(DEEPEST):
        level = [part for one in level for part in _inside(one)]
        if not level:
            return found
    raise ValueError("nested too deeply")


def _inside(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return list(one.values())
    return one if isinstance(one, list) else []


class Args:
    """Arguments as Slack reads them: forms give texts, JSON gives values, and either is taken for both."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def text(self, name: str, default: str = "") -> str:
        value = self.given.get(name, default)
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else json.dumps(value)

    def needed(self, name: str) -> str:
        """A text; invalid_arguments when it is absent."""
        found = self.text(name)
        if not found:
            raise invalid(f"missing required field: {name}")
        return found

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.given.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            raise invalid(f"must be an integer [json-pointer:/{name}]") from None

    def names(self, name: str) -> list[str]:
        """A list of ids: separated by commas, or a JSON array."""
        value = self.given.get(name, "")
        if isinstance(value, str) and value.startswith("["):
            value = self.data(name, "invalid_arguments")
        listed = value if isinstance(value, list) else str(value).split(",")
        return [str(one).strip() for one in listed if str(one).strip()]

    def data(self, name: str, error: str) -> Any:
        """A structure, which forms carry as JSON text; `error` when that is no JSON."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return parsed(value) if value else None
        except ValueError:
            raise ApiError(error) from None


@dataclass
class Call:
    world: World
    method: str
    args: Args
    token: Token

    @property
    def me(self) -> str:
        """The app's bot user."""
        return self.world.app.bot_user

    @property
    def scopes(self) -> frozenset[str]:
        return self.world.manifest.bot_scopes

    def need(self, *scopes: str) -> None:
        """Refuse with missing_scope unless one of these was granted."""
        if scopes and not self.scopes & set(scopes):
            raise ApiError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))

    def channel(self, purpose: str = "", *, name: str = "channel", member: bool = False, live: bool = False) -> Channel:
        """The conversation named by an argument, if the app may know of it.

        `purpose` is the last word of the scope it takes (read, history, write); `member` refuses where the app is
        not in it, `live` where it is archived.
        """
        wanted = self.args.needed(name)
        found = self.world.channel(wanted)
        if found is None or (found.is_private and self.me not in found.members):
            raise ApiError("channel_not_found")
        if purpose:
            self.need(scope(found.kind, purpose))
        if live and found.is_archived:
            raise ApiError("is_archived")
        if member and self.me not in found.members:
            raise ApiError("not_in_channel")
        return found

    def message(self, channel: Channel, name: str = "timestamp") -> Message:
        found = channel.messages.get(self.args.needed(name))
        if found is None or found.subtype == "tombstone":
            raise ApiError("message_not_found")
        return found

    def user(self, name: str = "user") -> User:
        found = self.world.user(self.args.text(name))
        if found is None:
            raise ApiError("user_not_found")
        return found


def scope(kind: str, purpose: str) -> str:
    """The scope for conversations of this kind; a bot's scope to change public channels is channels:manage."""
    if kind == "public_channel" and purpose == "write":
        return "channels:manage"
    return f"{LETTERS[kind]}:{purpose}"


Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """`scopes`: one of them is enough. `tier` 0 is not limited. `reads` methods take no JSON bodies, as in Slack."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    tier: int = 3
    kind: str = "bot"
    reads: bool = False
