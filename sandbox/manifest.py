"""What the app's manifest allows: scopes, events, commands and shortcuts, read from manifest.yaml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


class BadManifest(ValueError):
    """The manifest cannot be used; the message says why."""


@dataclass(frozen=True)
class Command:
    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    name: str
    callback_id: str
    type: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    name: str = "tocsin"
    bot_scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    interactivity: bool = False
    socket_mode: bool = False
    home_tab: bool = False
    messages_tab: bool = False
    messages_tab_read_only: bool = True

    def command(self, name: str) -> Command | None:
        return next((c for c in self.commands if c.name == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((s for s in self.shortcuts if s.callback_id == callback_id), None)


def read(path: Path) -> Manifest:
    """The manifest in this file. Raises BadManifest when it is missing or not a manifest."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadManifest(f"The manifest {path} cannot be read: {problem.strerror}.") from problem


def parse(text: str) -> Manifest:
    loaded = YAML(typ="safe", pure=True).load(text)
    if not isinstance(loaded, dict) or "display_information" not in loaded:
        raise BadManifest("The manifest has no display_information.")
    features, settings = _part(loaded, "features"), _part(loaded, "settings")
    home = _part(features, "app_home")
    return Manifest(
        name=str(_part(features, "bot_user").get("display_name") or loaded["display_information"].get("name")),
        bot_scopes=frozenset(_part(_part(loaded, "oauth_config"), "scopes").get("bot") or ()),
        events=frozenset(_part(settings, "event_subscriptions").get("bot_events") or ()),
        commands=tuple(_command(c) for c in features.get("slash_commands") or ()),
        shortcuts=tuple(_shortcut(s) for s in features.get("shortcuts") or ()),
        interactivity=bool(_part(settings, "interactivity").get("is_enabled")),
        socket_mode=bool(settings.get("socket_mode_enabled")),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled")),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", True)),
    )


def _part(of: dict[str, Any], key: str) -> dict[str, Any]:
    found = of.get(key) or {}
    if not isinstance(found, dict):
        raise BadManifest(f"{key} in the manifest is not a mapping.")
    return found


def _command(raw: dict[str, Any]) -> Command:
    return Command(
        name=str(raw["command"]),
        description=str(raw.get("description", "")),
        usage_hint=str(raw.get("usage_hint", "")),
        should_escape=bool(raw.get("should_escape", False)),
    )


def _shortcut(raw: dict[str, Any]) -> Shortcut:
    return Shortcut(
        name=str(raw["name"]),
        callback_id=str(raw["callback_id"]),
        type=str(raw["type"]),
        description=str(raw.get("description", "")),
    )
