"""Views: each person's stack of modals and home view, with Slack's rules for opening, pushing and updating them."""

import time
from typing import TYPE_CHECKING

from sandbox.blockkit import limits
from sandbox.blockkit.views import validate_view
from sandbox.elements import initial_values, prepared
from sandbox.model import Json, Trigger, View

if TYPE_CHECKING:
    from sandbox.world import World


class ViewRefused(Exception):
    """A view operation Slack refuses: its error code and the detailed messages, if any."""

    def __init__(self, code: str, messages: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []


def redeem(world: "World", trigger_id: str) -> Trigger:
    """Use a trigger up: it works once, within three seconds of real time."""
    trigger = world.triggers.get(trigger_id)
    if trigger is None:
        raise ViewRefused("invalid_trigger_id")
    if trigger.used:
        raise ViewRefused("exchanged_trigger_id")
    if time.monotonic() > trigger.expires:
        raise ViewRefused("expired_trigger_id")
    trigger.used = True
    return trigger


def stack(world: "World", user: str) -> list[View]:
    """A person's open modals, the one they see last."""
    return [world.views[i] for i in world.stacks.get(user, []) if i in world.views]


def check(world: "World", payload: object, *, kind: str, own: View | None = None) -> Json:
    """The view if Slack would take it; ViewRefused otherwise."""
    if problems := validate_view(payload, kind):
        raise ViewRefused("invalid_arguments", problems)
    assert isinstance(payload, dict)
    external = payload.get("external_id")
    if external and any(v.external_id == external and v is not own for v in world.views.values()):
        raise ViewRefused("duplicate_external_id")
    return payload


def open_modal(world: "World", trigger_id: str, payload: object) -> View:
    """Open a modal as the only one of its stack; a person's earlier stack goes."""
    checked = check(world, payload, kind="modal")
    trigger = redeem(world, trigger_id)
    clear(world, trigger.user)
    return _add(world, trigger.user, checked)


def push_modal(world: "World", trigger_id: str, payload: object) -> View:
    """Put a modal on the open stack of the trigger's person; without one there is nothing to push it on."""
    checked = check(world, payload, kind="modal")
    user = redeem(world, trigger_id).user
    if not stack(world, user):
        raise ViewRefused("not_found")
    return push(world, user, checked)


def push(world: "World", user: str, checked: Json) -> View:
    if len(stack(world, user)) >= limits.STACKED_VIEWS:
        raise ViewRefused("push_limit_reached")
    return _add(world, user, checked)


def _add(world: "World", user: str, payload: Json) -> View:
    open_already = stack(world, user)
    view = View(world.new_id("V"), "modal", user, {}, "")
    view.root_view_id = open_already[0].id if open_already else view.id
    view.previous_view_id = open_already[-1].id if open_already else None
    fill(world, view, payload)
    world.views[view.id] = view
    world.stacks.setdefault(user, []).append(view.id)
    world.changed(f"views:{user}")
    return view


def fill(world: "World", view: View, payload: Json) -> None:
    """Give a view its content. Values already put in stay where block and action are the same, as in Slack."""
    old = view.values
    view.payload = prepared(world, payload)
    view.hash = f"{world.epoch()}.{world.new_secret(8)}"
    view.callback_id = str(payload.get("callback_id", ""))
    view.private_metadata = str(payload.get("private_metadata", ""))
    view.external_id = str(payload.get("external_id", ""))
    view.values = initial_values(view.blocks)
    for block_id, actions in view.values.items():
        for action_id in actions:
            kept = old.get(block_id, {}).get(action_id)
            if kept and kept["type"] == actions[action_id]["type"]:
                actions[action_id] = kept
    view.errors, view.notice = {}, ""
    world.changed(f"views:{view.user}")


def update(world: "World", view: View, payload: object, *, hash_given: str = "") -> None:
    checked = check(world, payload, kind=view.type, own=view)
    if hash_given and hash_given != view.hash:
        raise ViewRefused("hash_conflict")
    fill(world, view, checked)


def publish(world: "World", user: str, payload: object, *, hash_given: str = "") -> View:
    """Set a person's home view."""
    view = world.homes.get(user)
    checked = check(world, payload, kind="home", own=view)
    if view and hash_given and hash_given != view.hash:
        raise ViewRefused("hash_conflict")
    if view is None:
        view = View(world.new_id("V"), "home", user, {}, "")
        view.root_view_id = view.id
        world.homes[user] = view
        world.views[view.id] = view
    fill(world, view, checked)
    return view


def drop(world: "World", view: View) -> None:
    """Take one modal off the stack; the one below shows again."""
    ids = world.stacks.get(view.user, [])
    if view.id in ids:
        ids.remove(view.id)
    world.views.pop(view.id, None)
    world.changed(f"views:{view.user}")


def clear(world: "World", user: str) -> list[View]:
    """Close all modals of a person; returns those that were open, the top one first."""
    gone = list(reversed(stack(world, user)))
    for view in gone:
        drop(world, view)
    return gone
