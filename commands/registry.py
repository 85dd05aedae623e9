"""The visible list of everything that Slack may send us and who answers it. A test holds manifest.yaml to it."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.views import names, texts
from commands import absences, buttons, home, incident, members, oncall, own, reactions, shifts, shortcuts, submissions
from commands.boundary import Boundary

log = logging.getLogger(__name__)

Handler = Callable[[Boundary, AsyncAck, dict[str, Any]], Awaitable[BoltResponse]]

COMMANDS: Mapping[str, Handler] = {"/incident": incident.slash, "/oncall": oncall.slash}

SHORTCUTS: Mapping[str, Handler] = {
    names.SHORTCUT_DECLARE: shortcuts.anywhere,
    names.SHORTCUT_DECLARE_MESSAGE: shortcuts.on_message,
}

ACTIONS: Mapping[str, Handler] = {
    **dict.fromkeys(names.BUTTONS, buttons.press),
    **dict.fromkeys(names.LINKS, buttons.link),
    **dict.fromkeys(names.OWN, own.press),
    **dict.fromkeys(names.SHIFTS, shifts.press),
    **dict.fromkeys(names.SWAPS, shifts.answer),
    **dict.fromkeys(names.AWAY, absences.press),
    names.SHIFT_REMOVE: shifts.remove,
    names.MORE: buttons.menu,
    names.SNOOZE: buttons.snooze,
}

FORMS: Mapping[str, Handler] = dict.fromkeys(names.FORMS, submissions.submit)

EVENTS: Mapping[str, Handler] = {
    "app_home_opened": home.opened,
    "member_joined_channel": members.joined,
    "member_left_channel": members.left,
    "reaction_added": reactions.added,
    "reaction_removed": reactions.removed,
    "subteam_created": members.group_changed,
    "subteam_members_changed": members.group_members_changed,
    "subteam_updated": members.group_changed,
    "user_change": members.changed,
}

_ANY = re.compile(".*")


def _to_the_point(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns that it has no use for it."""
    return "`token` will be unused" not in record.getMessage()


async def _ignore(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """An event that nobody here listens to: acked, so that Slack does not send it again."""
    del edge, body
    return await ack()


def build_app(edge: Boundary) -> AsyncApp:
    """Bolt with every listener; the order of registration is the order of match, so the catch-alls come last."""

    async def authorize() -> AuthorizeResult:
        me = await edge.slack.people.me()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=me.team_id,
            bot_id=me.bot_id,
            bot_user_id=me.user_id,
            bot_token=edge.slack.web.token,
        )

    web, logger = edge.slack.web, logging.getLogger("slack_bolt")
    logger.addFilter(_to_the_point)
    app = AsyncApp(
        # Without a token, which Bolt would drop with a warning: `authorize` brings it.
        client=AsyncWebClient(base_url=web.base_url, session=web.session, retry_handlers=[]),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # sockets carry no signature
        attaching_conversation_kwargs_enabled=False,
        logger=logger,
    )
    _listen(app.command, COMMANDS, edge)
    _listen(app.shortcut, SHORTCUTS, edge)
    _listen(app.action, ACTIONS, edge)
    _listen(app.view, FORMS, edge)
    _listen(app.event, EVENTS, edge)
    app.action(_ANY)(listener(edge, buttons.unknown))
    app.view(_ANY)(listener(edge, submissions.unknown))
    app.shortcut(_ANY)(listener(edge, shortcuts.unknown))
    app.options(_ANY)(listener(edge, _no_options))
    app.event(_ANY)(listener(edge, _ignore))
    return app


def _listen(on: Callable[[str], Any], handlers: Mapping[str, Handler], edge: Boundary) -> None:
    for name, handler in handlers.items():
        on(name)(listener(edge, handler))


async def _no_options(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    del edge, body
    return await ack(options=[])


def listener(edge: Boundary, handler: Handler) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[BoltResponse]]:
    """The handler as Bolt calls it (by argument names). What it raises never reaches Bolt."""

    async def listen(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        try:
            return await handler(edge, ack, body)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("bug %s", reference, extra={"type": body.get("type") or body.get("command")})
            return await _sorry(ack, body, texts.bug(reference))

    return listen


async def _sorry(ack: AsyncAck, body: dict[str, Any], sentence: str) -> BoltResponse:
    """An event comes again; a command is answered in its ack; a form keeps what was typed."""
    if "event" in body:
        return BoltResponse(status=500)
    if "command" in body:
        return await ack(text=sentence)
    if body.get("type") == "view_submission":
        first = next(block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input")
        return await ack(response_action="errors", errors={first: sentence})
    return await ack()
