"""manifest.yaml asks Slack for exactly what is listened to and called: no more scopes, no event without a listener."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from bot.views import names
from clients.slack_wire import METHODS
from commands import buttons, own, registry, shifts
from modals.registry import MODALS
from sandbox import delivery, manifest

ROOT = Path(__file__).parents[1]
MANIFEST = manifest.read(ROOT / "manifest.yaml")
CALLERS = ("app.py", "cli", "clients", "commands", "integrations", "modals", "notify", "web")

#: Scopes that no single method or event asks for.
BESIDES = {
    "commands",  # slash commands and shortcuts
    "users:read.email",  # the posture may name people by e-mail
}


def texts(path: Path) -> set[str]:
    """Every string constant in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def called() -> set[str]:
    """The Web API methods that are named where calls are made, the table of methods itself left out."""
    files = [
        path for part in CALLERS for path in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"))
    ]
    found = set().union(*(texts(path) for path in files if path.name != "slack_wire.py"))
    return {text for text in found if re.fullmatch(r"[a-z]+(\.[a-zA-Z]+)+", text)} & set(METHODS)


def test_every_method_in_the_table_is_called() -> None:
    assert called() == set(METHODS)


def test_scopes_are_those_that_methods_and_events_need() -> None:
    by_method = {scope for method in called() for scope in METHODS[method]}
    by_event = {delivery.SCOPE_OF_EVENT[event] for event in MANIFEST.events} - {""}
    assert MANIFEST.bot_scopes == by_method | by_event | BESIDES


def test_slack_would_accept_the_events() -> None:
    assert delivery.problems(MANIFEST) == []


def test_every_event_is_listened_to_and_no_other() -> None:
    assert MANIFEST.events == set(registry.EVENTS)


def test_commands_and_shortcuts_are_those_that_are_answered() -> None:
    assert {command.name for command in MANIFEST.commands} == set(registry.COMMANDS)
    assert {shortcut.callback_id for shortcut in MANIFEST.shortcuts} == set(registry.SHORTCUTS)
    assert all(command.should_escape for command in MANIFEST.commands)


def test_every_button_and_form_that_views_name_has_its_listener() -> None:
    menus = {names.MORE, names.SNOOZE, names.SHIFT_REMOVE}
    assert set(registry.ACTIONS) == {
        *names.BUTTONS, *names.LINKS, *names.OWN, *names.SHIFTS, *names.SWAPS, *names.AWAY, *menus
    }  # fmt: skip
    assert set(registry.FORMS) == set(MODALS) == set(names.FORMS)


def test_every_button_is_known_to_what_it_does() -> None:
    from commands.acts import ACTS, LOOKS

    done = {*buttons.FORMS, *ACTS, *LOOKS, names.JOIN, names.DECLARE}
    assert done == set(names.BUTTONS)
    assert {*own.FORMS, *own.ACTS} == set(names.OWN)
    assert set(shifts.FORMS) == set(names.SHIFTS)
    assert {*shifts.ANSWERS, names.SWAP_PART} == set(names.SWAPS)


def test_sockets_and_interactivity_are_on() -> None:
    assert (MANIFEST.socket_mode, MANIFEST.interactivity, MANIFEST.home_tab) == (True, True, True)
