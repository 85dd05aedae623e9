"""What people do with the app: slash commands, buttons, modals, shortcuts and the home tab.

Each function does what Slack's client would do for this person, waits for the app's ack and answers
`{"ack": payload or None, "ms": milliseconds}`, with `error` where the app did not ack in three seconds.
`conduct` has what people do without the app.
"""

from typing import Any

from sandbox import modals, payloads, responses, talk, wire
from sandbox.conduct import Refused, may_see, member, person, the_message
from sandbox.elements import STATEFUL, NotThere, action, chosen, elements, find
from sandbox.model import Json, Message, User, View
from sandbox.seed import SLACKBOT
from sandbox.sockets import Ack
from sandbox.submission import missing_input
from sandbox.text import typed
from sandbox.world import World

TROUBLE = "We had some trouble connecting. Try again?"
__all__ = ["Refused", "close", "home", "options", "press", "shortcut", "slash", "submit"]


async def slash(world: World, user: str, channel: str, command: str, text: str = "") -> Json:
    """Type a command. Refused when the manifest has no such command, as Slack's client does."""
    who, where = person(world, user), member(world, user, channel)
    known = world.manifest.command(command)
    if known is None:
        names = ", ".join(c.name for c in world.manifest.commands) or "none"
        raise Refused("unknown_command", f"{command} is not a valid command. There is: {names}.")
    sent = typed(world, text.strip(), labels=True) if known.should_escape else text.strip()
    body = payloads.slash(world, who, where, command, sent)
    ack = await world.sockets.ask("slash_commands", body)
    if ack is None:
        code = "operation_timeout" if world.sockets.connections else "dispatch_failed"
        note = f'{command} failed with the error "{code}"'
        talk.post_ephemeral(world, where, who.id, user=SLACKBOT, text=note)
        return _missed(code)
    if ack.payload and responses.problem(ack.payload) is None:
        responses.say(world, where, who.id, ack.payload)
    return _acked(ack)


async def press(
    world: World,
    user: str,
    action_id: str,
    *,
    channel: str = "",
    ts: str = "",
    view_id: str = "",
    block_id: str = "",
    value: Any = None,
) -> Json:
    """Press a button, or choose `value` in a select, menu or picker, in a message or in a view."""
    who = person(world, user)
    view = _view(world, who, view_id) if view_id else None
    message = None if view else the_message(world, user, channel, ts)
    holder = view or message
    assert holder is not None
    try:
        block, element = find(holder.blocks, action_id, block_id)
        state = await _choose(world, who, holder, block, element, value)
        did = action(block, element, state, value, world.event_ts())
    except NotThere as problem:
        raise Refused("not_there", str(problem)) from problem
    if block["type"] == "input" and not block["dispatch_action"]:
        return {"ack": None, "ms": 0, "sent": False}
    body = payloads.view_actions(world, who, view, did) if view else _in_message(world, who, message, did)
    ack = await world.sockets.ask("interactive", body)
    if view and view.id in world.views:
        view.notice = "" if ack else TROUBLE
        world.changed(f"views:{user}")
    return _acked(ack) if ack else _missed()


def _in_message(world: World, who: User, message: Message | None, did: Json) -> Json:
    assert message is not None
    return payloads.message_actions(world, who, message, did)


async def _choose(
    world: World, who: User, holder: View | Message, block: Json, element: Json, value: Any
) -> Json | None:
    if element["type"] not in STATEFUL:
        return None
    known = await _known_options(world, who, holder, block, element, value)
    state = chosen(world, element, value, known)
    values = holder.values if isinstance(holder, View) else world.draft(who.id, holder)
    values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return state


async def _known_options(
    world: World, who: User, holder: View | Message, block: Json, element: Json, value: Any
) -> list[Json] | None:
    """For an external select, what the app suggests for the value or, failing that, for nothing typed."""
    if not element["type"].endswith("external_select") or value in (None, "", []):
        return None
    found: list[Json] = []
    for wanted in value if isinstance(value, list) else [value]:
        for query in (str(wanted), ""):
            offered = await _suggest(world, who, holder, block, element, query)
            found += offered
            if any(o.get("value") == str(wanted) for o in offered):
                break
    return found


async def options(
    world: World,
    user: str,
    action_id: str,
    value: str = "",
    *,
    channel: str = "",
    ts: str = "",
    view_id: str = "",
    block_id: str = "",
) -> Json:
    """What the app suggests for an external select while `value` is typed: `{"options": […]}`."""
    who = person(world, user)
    holder = _view(world, who, view_id) if view_id else the_message(world, user, channel, ts)
    try:
        block, element = find(holder.blocks, action_id, block_id)
    except NotThere as problem:
        raise Refused("not_there", str(problem)) from problem
    return {"options": await _suggest(world, who, holder, block, element, value)}


async def _suggest(
    world: World, who: User, holder: View | Message, block: Json, element: Json, value: str
) -> list[Json]:
    where: Json
    if isinstance(holder, View):
        body = payloads.view_actions(world, who, holder, {})
        where = {k: body[k] for k in ("container", "view")}
    else:
        body = payloads.message_actions(world, who, holder, {})
        where = {k: body[k] for k in ("container", "channel", "message")}
    asked = payloads.suggestion(world, who, where, block, element, value)
    ack = await world.sockets.ask("interactive", asked)
    if ack is None or ack.payload is None:
        return []
    groups = ack.payload.get("option_groups") or [{"options": ack.payload.get("options", [])}]
    return [option for group in groups for option in group.get("options", [])]


async def submit(world: World, user: str, view_id: str, values: Json | None = None) -> Json:
    """Fill in the modal and submit it.

    `values` maps block ids to what was typed or chosen. The answer's `closed` says whether this modal went away,
    `errors` has the field errors of the app or, with `sent` false, of the client, which does not send then.
    """
    who = person(world, user)
    view = _view(world, who, view_id)
    _top(world, view)
    try:
        await _fill(world, who, view, values or {})
    except NotThere as problem:
        raise Refused("not_there", str(problem)) from problem
    view.errors, view.notice = missing_input(view), ""
    world.changed(f"views:{user}")
    if view.errors:
        return {"ack": None, "ms": 0, "sent": False, "errors": dict(view.errors), "closed": False}
    ack = await world.sockets.ask("interactive", payloads.submission(world, who, view))
    if ack is None:
        view.notice = TROUBLE
        world.changed(f"views:{user}")
        return _missed() | {"closed": view.id not in world.views}
    _respond(world, view, ack.payload or {})
    return _acked(ack) | {"errors": dict(view.errors), "closed": view.id not in world.views}


async def _fill(world: World, who: User, view: View, values: Json) -> None:
    for block_id, value in values.items():
        found = [(b, e) for b, e in elements(view.blocks) if b["block_id"] == block_id and e["type"] in STATEFUL]
        if not found:
            known = ", ".join(sorted({b["block_id"] for b, e in elements(view.blocks) if e["type"] in STATEFUL}))
            raise NotThere(f"There is no input {block_id!r} here. There is: {known or 'none'}.")
        await _choose(world, who, view, *found[0], value)


def _respond(world: World, view: View, payload: Json) -> None:
    """Do what the ack of a submission says; a view Slack would refuse leaves the modal open with its notice."""
    what = payload.get("response_action")
    try:
        if what is None:
            modals.drop(world, view)
        elif what == "clear":
            modals.clear(world, view.user)
        elif what == "errors":
            known = {b["block_id"] for b in view.blocks if b["type"] == "input"}
            view.errors = {k: str(v) for k, v in (payload.get("errors") or {}).items() if k in known}
            view.notice = "" if view.errors else TROUBLE
        elif what == "update":
            modals.update(world, view, payload.get("view"))
        elif what == "push":
            modals.push(world, view.user, modals.check(world, payload.get("view"), kind="modal"))
        else:
            view.notice = TROUBLE
    except modals.ViewRefused:
        view.notice = TROUBLE
    world.changed(f"views:{view.user}")


async def close(world: World, user: str, view_id: str, *, everything: bool = False) -> Json:
    """Cancel the modal, which shows the one below; with `everything`, the cross that closes the whole stack."""
    who = person(world, user)
    view = _view(world, who, view_id)
    _top(world, view)
    gone = modals.stack(world, user)[::-1] if everything or view.payload.get("clear_on_close") else [view]
    told = [payloads.closed(world, who, v, is_cleared=len(gone) > 1) for v in gone if v.payload.get("notify_on_close")]
    for closing in gone:
        modals.drop(world, closing)
    acks = [await world.sockets.ask("interactive", body) for body in told]
    return _acked(acks[-1]) if acks and acks[-1] else {"ack": None, "ms": 0, "sent": bool(acks)}


async def shortcut(world: World, user: str, callback_id: str, *, channel: str = "", ts: str = "") -> Json:
    """Use a shortcut: of a message when `channel` and `ts` are given, a global one otherwise."""
    who = person(world, user)
    known = world.manifest.shortcut(callback_id)
    if known is None or (known.type == "message") != bool(ts):
        kind = "message" if ts else "global"
        names = ", ".join(s.callback_id for s in world.manifest.shortcuts if s.type == kind) or "none"
        raise Refused("unknown_shortcut", f"There is no {kind} shortcut {callback_id!r}. There is: {names}.")
    if ts:
        body = payloads.message_shortcut(world, who, callback_id, the_message(world, user, channel, ts))
    else:
        body = payloads.global_shortcut(world, who, callback_id)
    ack = await world.sockets.ask("interactive", body)
    return _acked(ack) if ack else _missed()


async def home(world: World, user: str, tab: str = "home") -> Json:
    """Open the app's home (or its messages) tab."""
    who = person(world, user)
    enabled = world.manifest.home_tab if tab == "home" else world.manifest.messages_tab
    if not enabled:
        raise Refused("not_enabled", f"The manifest does not enable the app's {tab} tab.")
    return open_home(world, who, tab)


def open_home(world: World, who: User, tab: str) -> Json:
    channel = world.open_dm(who.id)
    event: Json = {"type": "app_home_opened", "user": who.id, "channel": channel.id, "tab": tab}
    if tab == "home" and (view := world.homes.get(who.id)):
        event["view"] = wire.view(world, view)
    world.emit(event | {"event_ts": world.event_ts()})
    return {"channel": channel.id}


def _view(world: World, who: User, view_id: str) -> View:
    view = world.views.get(view_id)
    if view is None or view.user != who.id:
        raise Refused("view_not_found", f"{who.real_name} has no view {view_id!r} open.")
    return view


def _top(world: World, view: View) -> None:
    stack = modals.stack(world, view.user)
    if not stack or stack[-1] is not view:
        raise Refused("view_not_on_top", "Another modal lies above this one: finish that first.")


def _acked(ack: Ack) -> Json:
    return {"ack": ack.payload, "ms": round(ack.ms, 1)}


def _missed(code: str = "operation_timeout") -> Json:
    return {"ack": None, "ms": None, "error": code}


def seen(world: World, user: str, channel: str) -> None:
    """Note that this person has read the channel to its end."""
    where = may_see(world, user, channel)
    newest = max(where.messages, default="")
    if newest and where.last_read.get(user) != newest:
        where.last_read[user] = newest
        world.changed("state")
