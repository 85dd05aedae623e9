"""The mind of a running bot: its clock, its database and whatever sends for it. Built first, by `app`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.bot import Bot
    from bot.domain.delivery import Effect
    from bot.settings import Settings
    from clients.slack import Slack
    from integrations.sheets import Sheets
    from posture import Loaded
    from posture.files import Files
    from scheduler.engine import Pulse
    from scheduler.outbox import Handler


async def mind(
    stack: AsyncExitStack, settings: Settings, loaded: Loaded, slack: Slack, pulse: Pulse, files: Files
) -> tuple[Bot, Mapping[Effect, Handler], bool]:
    """The bot over its clock and database, what sends for it, and whether its files gave way to a newer posture."""
    from bot.bot import Bot, Config
    from bot.usecases import postures
    from clients.clock import running_clock
    from clients.outside import outside
    from clients.twilio_reading import Reading
    from integrations import registry as integrations
    from integrations.sources import Sources
    from notify import registry as notify
    from scheduler.polling import polling
    from scheduler.sheets import following
    from scheduler.sources import following as rotas_followed
    from storage.opening import open_database

    assert loaded.posture is not None
    in_force = [loaded.posture]
    public = settings.public_url or ""
    beside = outside(stack, settings.twilio, settings.mail, settings.page_webhook, settings.pagerduty)
    senders = notify.Clients(slack, beside.twilio, beside.mailer, public, beside.webhook, beside.pagerduty)
    delay = timedelta(minutes=settings.escalation_delay_minutes)
    ways, channel = notify.configured(senders), (settings.admin_channel or "").removeprefix("#")
    config = Config(delay, settings.fail_on_no_assignee, ways, public, channel, settings.secret)
    clock = await stack.enter_async_context(running_clock(settings.clock_url, pulse))
    db = await open_database(opened(settings.database_url), clock=clock.now)
    stack.push_async_callback(db.close)
    sheets = _sheets(stack, settings)
    others = integrations.Clients(slack, beside.twilio, beside.mailer, beside.pagerduty, sheets)
    handlers = {**notify.handlers(senders), **integrations.handlers(others)}
    bot = Bot(db, clock, lambda: in_force[-1], pulse, config, in_force.append)
    older = not await postures.begin(bot, files.as_read(loaded), files.again, clock.now())
    if beside.twilio is not None and not public:
        await stack.enter_async_context(polling(bot, Reading(beside.twilio)))
    if sheets is not None:
        await stack.enter_async_context(following(bot, sheets, settings.google_poll_seconds))
    sources = Sources(
        opened(settings.pagerduty_api_token), settings.pagerduty_api_url, allow_private=settings.calendar_allow_private
    )
    stack.push_async_callback(sources.close)
    await stack.enter_async_context(rotas_followed(bot, sources.read))
    return bot, handlers, older


def _sheets(stack: AsyncExitStack, settings: Settings) -> Sheets | None:
    """The spreadsheet of the rota, where one is configured."""
    from integrations.sheets import Sheets

    if settings.google_spreadsheet_id is None:
        return None
    place = settings.google_spreadsheet_id, settings.google_api_url
    sheets = Sheets(opened(settings.google_credentials), *place, settings.tz, settings.ts_format)
    stack.callback(sheets.close)
    return sheets


def opened(secret: SecretStr | None) -> str:
    """What a secret hides; empty where none is set."""
    return secret.get_secret_value() if secret else ""
