"""The composition root: builds the parts in order, starts them, and stops them in reverse.

The only file that knows every part. `main` hands the command line to `cli/`; `run` is the bot itself.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr
    from structlog.stdlib import BoundLogger

    from bot.bot import Bot
    from bot.domain.delivery import Effect
    from bot.settings import Settings
    from bot.usecases.figures import Running
    from clients.slack import Slack
    from integrations.sheets import Sheets
    from posture import Loaded
    from posture.files import Files
    from scheduler.engine import Pulse
    from scheduler.loop_watch import LoopWatch
    from scheduler.outbox import Handler

#: What was heard and not yet answered may go on this long after a stop was asked for.
DRAIN_SECONDS = 5.0


def main() -> None:
    """The command line."""
    import cli

    sys.exit(cli.main(sys.argv[1:]))


async def run(settings: Settings, loaded: Loaded) -> None:
    """Runs the bot until SIGTERM or SIGINT; `loaded` is a posture without errors.

    Raises SlackFailed (tokens, or Slack is away and was never met), DatabaseInUse or DatabaseUnavailable where it
    cannot start.
    """
    import structlog

    from scheduler.loop_watch import LoopWatch

    stop, asked = asyncio.Event(), asyncio.Event()
    for name, event in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, asked)):
        asyncio.get_running_loop().add_signal_handler(name, event.set)
    log, watch = structlog.get_logger("tocsin"), LoopWatch()
    watch.start()
    try:
        async with AsyncExitStack() as stack:
            starting = asyncio.create_task(_start(stack, settings, loaded, log, watch, asked))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                log.info("ready", http=f"http://{settings.http_host}:{starting.result()}")
                await stopping
            watch.stopping()
            log.info("stopping")
            starting.cancel()  # one that waits for Slack would go on for ever
            await asyncio.wait({starting})
    except BaseException:
        watch.close()  # what could not start has nothing to watch
        raise


async def _start(
    stack: AsyncExitStack, settings: Settings, loaded: Loaded, log: BoundLogger, watch: LoopWatch, asked: asyncio.Event
) -> int:
    """Everything, in order; answers the port of the web server. What is pushed last is stopped first.

    `asked`: somebody wants the posture's file in force.
    """
    from clients.slack import Slack
    from commands.boundary import Boundary
    from commands.hearing import Hearing
    from commands.registry import build_app
    from commands.sockets import Sockets
    from commands.tracked import Tasks
    from integrations import arrival
    from integrations.directory import Directory
    from integrations.echo import Echo
    from posture.files import Files
    from scheduler.conditions import conditions
    from scheduler.engine import Engine, Pulse
    from scheduler.heartbeat import beating
    from scheduler.reloading import Reloading, reloading
    from web.parts import Parts
    from web.serving import serving

    pulse, app_token = Pulse(), _open(settings.slack_app_token)
    slack = Slack(_open(settings.slack_bot_token), settings.slack_api_url, paced=settings.slack_pace)
    stack.push_async_callback(slack.close)
    without = await arrival.away(slack, app_token)
    files = Files(settings.posture_path, settings.tz)
    bot, handlers, older = await _mind(stack, settings, loaded, slack, pulse, files)
    if without is not None and not await arrival.have_met(bot):
        raise without
    owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(3)}"
    directory = Directory(bot, slack)
    engine = Engine(bot, pulse, handlers, owner, directory.read)
    await engine.start()
    stack.push_async_callback(engine.stop)
    watch.beat_while(engine.guarded)
    tasks = Tasks()
    stack.push_async_callback(tasks.drain, DRAIN_SECONDS)
    sockets = Sockets(build_app(Boundary(bot, slack, tasks)), app_token)
    stack.push_async_callback(sockets.close)
    connecting = asyncio.create_task(sockets.connect())
    stack.callback(connecting.cancel)
    if without is None:
        await connecting
    else:
        log.error("Slack is away; paging goes on without it until it returns", reason=str(without))
    hearing = Hearing(sockets.clients, Echo(bot, slack).call)
    stack.callback(asyncio.create_task(hearing.watch()).cancel)
    reload = Reloading(bot, files, asked, directory.read, loaded.digest, older=older)
    await stack.enter_async_context(reloading(reload))
    probes = {"socket": sockets.probe, "hearing": hearing.probe, "posture": reload.probe, **conditions(engine)}

    def running() -> Running:
        return replace(engine.counted(), sockets_replaced=hearing.replaced, lag=watch.lag)

    probes = {**probes, **await stack.enter_async_context(beating(bot, settings.heartbeat, probes))}
    twilio, pagerduty = _open(settings.twilio_auth_token), _open(settings.pagerduty_webhook_secret)
    parts = Parts(bot, settings.webhook_tokens(), twilio, settings.public_url or "", probes, pagerduty, running)
    return await stack.enter_async_context(serving(parts, settings.http_host, settings.http_port))


async def _mind(
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
    db = await open_database(_open(settings.database_url), clock=clock.now)
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
        _open(settings.pagerduty_api_token), settings.pagerduty_api_url, allow_private=settings.calendar_allow_private
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
    sheets = Sheets(_open(settings.google_credentials), *place, settings.tz, settings.ts_format)
    stack.callback(sheets.close)
    return sheets


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


if __name__ == "__main__":
    main()
