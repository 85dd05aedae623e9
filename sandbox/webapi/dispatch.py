"""From a method's name, a token and arguments to Slack's answer: who may call what, how often, and what went wrong."""

from collections.abc import Mapping
from typing import Any

from sandbox.model import Json, Token
from sandbox.webapi.call import ApiError, Args, Call, Method
from sandbox.webapi.methods import METHODS
from sandbox.world import World

Answer = tuple[int, dict[str, str], Json]


async def call(
    world: World, token: str, method: str, args: Mapping[str, Any], warnings: list[str] | None = None
) -> Answer:
    """Call a method. Answers HTTP status, headers and body; a refusal of Slack's is a 200 with `ok` false."""
    known = METHODS.get(method)
    if known is None:
        return 200, {}, {"ok": False, "error": "unknown_method", "req_method": method}
    headers = _scope_headers(world, known)
    if wait := _too_often(world, known, method, args):
        return limited(wait)
    try:
        body = await known.handler(_authorised(world, known, token, method, args))
    except ApiError as refusal:
        return 200, headers, _warned({"ok": False, "error": refusal.code, **refusal.extra}, warnings)
    return 200, headers, _warned({"ok": True, **body}, warnings)


def limited(wait: int) -> Answer:
    return 429, {"Retry-After": str(wait)}, {"ok": False, "error": "ratelimited"}


def _too_often(world: World, known: Method, method: str, args: Mapping[str, Any]) -> int | None:
    if not world.switches.rate_limits:
        return None
    return world.rate_limits.take(method, known.tier, str(args.get("channel", "")))


def _authorised(world: World, known: Method, token: str, method: str, args: Mapping[str, Any]) -> Call:
    if known.kind == "none":
        return Call(world, method, Args(args), Token("", "none"))
    if not token:
        raise ApiError("not_authed")
    found = world.tokens.get(token)
    if found is None:
        raise ApiError("invalid_auth")
    if found.revoked:
        raise ApiError("token_revoked")
    if found.kind != known.kind:
        raise ApiError("not_allowed_token_type")
    made = Call(world, method, Args(args), found)
    made.need(*known.scopes)
    if method in world.switches.restricted:
        raise ApiError("restricted_action")
    return made


def _scope_headers(world: World, known: Method) -> dict[str, str]:
    if known.kind != "bot":
        return {}
    granted = ",".join(sorted(world.manifest.bot_scopes))
    return {"X-OAuth-Scopes": granted, "X-Accepted-OAuth-Scopes": ",".join(known.scopes)}


def _warned(body: Json, warnings: list[str] | None) -> Json:
    if not warnings:
        return body
    metadata = body.get("response_metadata", {})
    both = [*metadata.get("warnings", []), *warnings]
    return body | {"warning": ",".join(both), "response_metadata": metadata | {"warnings": both}}
