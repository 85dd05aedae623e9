"""The control calls of people in Slack: each is one thing a person does in the client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox import conduct, elements, interact
from sandbox.control.boundary import Body, Refusal, read_body
from sandbox.world import World

Act = Callable[[World, Body], Awaitable[dict[str, Any]]]


async def _slash(world: World, body: Body) -> dict[str, Any]:
    where, command = body.text("channel"), body.text("command")
    return await interact.slash(world, body.text("user"), where, command, body.text("text", ""))


def _place(body: Body) -> dict[str, str]:
    """Where an element stands: in a message or in a view."""
    place = {name: body.text(name, "") for name in ("channel", "ts", "view_id", "block_id")}
    if not place["view_id"] and not (place["channel"] and place["ts"]):
        raise Refusal("invalid_arguments", "Give 'channel' and 'ts' of a message, or the 'view_id' of a view.")
    return place


async def _press(world: World, body: Body) -> dict[str, Any]:
    user, action, value = body.text("user"), body.text("action_id"), body.fields.get("value")
    if values := body.mapping("values"):
        _type_into(world, user, body.text("view_id"), values)
    return await interact.press(world, user, action, value=value, **_place(body))


def _type_into(world: World, user: str, view_id: str, values: dict[str, Any]) -> None:
    """What else was filled in when the button was pressed: the app is told of it with the press."""
    view = world.views.get(view_id)
    if view is None or view.user != user:
        return
    try:
        for block, element in elements.elements(view.blocks):
            plain = element["type"] in elements.STATEFUL and not element["type"].endswith("external_select")
            if plain and block["block_id"] in values:
                state = elements.chosen(world, element, values[block["block_id"]])
                view.values.setdefault(block["block_id"], {})[element["action_id"]] = state
    except elements.NotThere as problem:
        raise Refusal("not_there", str(problem)) from problem


async def _options(world: World, body: Body) -> dict[str, Any]:
    user, action, typed = body.text("user"), body.text("action_id"), body.text("value", "")
    return await interact.options(world, user, action, typed, **_place(body))


async def _submit(world: World, body: Body) -> dict[str, Any]:
    return await interact.submit(world, body.text("user"), body.text("view_id"), body.mapping("values"))


async def _close(world: World, body: Body) -> dict[str, Any]:
    user, view = body.text("user"), body.text("view_id")
    return await interact.close(world, user, view, everything=body.flag("all"))


async def _shortcut(world: World, body: Body) -> dict[str, Any]:
    where = {"channel": body.text("channel", ""), "ts": body.text("ts", "")}
    return await interact.shortcut(world, body.text("user"), body.text("callback_id"), **where)


async def _home(world: World, body: Body) -> dict[str, Any]:
    tab = body.text("tab", "home")
    if tab not in ("home", "messages"):
        raise Refusal("invalid_arguments", "'tab' must be home or messages.")
    return await interact.home(world, body.text("user"), tab)


async def _seen(world: World, body: Body) -> dict[str, Any]:
    interact.seen(world, body.text("user"), body.text("channel"))
    return {"ok": True}


async def _message(world: World, body: Body) -> dict[str, Any]:
    user, where, thread = body.text("user"), body.text("channel"), body.text("thread_ts", "")
    return await conduct.message(world, user, where, body.text("text"), thread)


async def _edit(world: World, body: Body) -> dict[str, Any]:
    return await conduct.edit(world, *_message_of(body), body.text("text"))


async def _delete(world: World, body: Body) -> dict[str, Any]:
    return await conduct.delete(world, *_message_of(body))


async def _react(world: World, body: Body) -> dict[str, Any]:
    return await conduct.react(world, *_message_of(body), body.text("name"), remove=body.flag("remove"))


async def _pin(world: World, body: Body) -> dict[str, Any]:
    return await conduct.pin(world, *_message_of(body), remove=body.flag("remove"))


def _message_of(body: Body) -> tuple[str, str, str]:
    return body.text("user"), body.text("channel"), body.text("ts")


async def _create(world: World, body: Body) -> dict[str, Any]:
    user, name = body.text("user"), body.text("name")
    return await conduct.create(world, user, name, is_private=body.flag("is_private"))


async def _invite(world: World, body: Body) -> dict[str, Any]:
    return await conduct.invite(world, body.text("user"), body.text("channel"), body.texts("users"))


async def _kick(world: World, body: Body) -> dict[str, Any]:
    return await conduct.kick(world, body.text("user"), body.text("channel"), body.text("target"))


async def _rename(world: World, body: Body) -> dict[str, Any]:
    return await conduct.rename(world, body.text("user"), body.text("channel"), body.text("name"))


async def _topic(world: World, body: Body) -> dict[str, Any]:
    return await conduct.topic(world, body.text("user"), body.text("channel"), body.text("topic", ""))


async def _user(world: World, body: Body) -> dict[str, Any]:
    changes = {name: value for name, value in body.fields.items() if name != "user"}
    return await conduct.profile(world, body.text("user"), changes)


def _with_channel(act: Callable[[World, str, str], Awaitable[dict[str, Any]]]) -> Act:
    async def run(world: World, body: Body) -> dict[str, Any]:
        return await act(world, body.text("user"), body.text("channel"))

    return run


ACTS: dict[str, Act] = {
    "slash": _slash,
    "press": _press,
    "options": _options,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "home": _home,
    "seen": _seen,
    "message": _message,
    "edit": _edit,
    "delete": _delete,
    "react": _react,
    "pin": _pin,
    "create": _create,
    "join": _with_channel(conduct.join),
    "leave": _with_channel(conduct.leave),
    "invite": _invite,
    "kick": _kick,
    "rename": _rename,
    "topic": _topic,
    "archive": _with_channel(conduct.archive),
    "unarchive": _with_channel(conduct.unarchive),
    "user": _user,
}


def routes(world: World) -> list[web.RouteDef]:
    """One POST address for each thing a person can do."""
    return [web.post(f"/control/{name}", _served(world, act)) for name, act in ACTS.items()]


def _served(world: World, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        body = await read_body(request)
        try:
            return web.json_response(await act(world, body))
        except conduct.Refused as refused:
            raise Refusal(refused.code, refused.message) from refused

    return serve
