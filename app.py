"""The composition root: builds the parts in order, starts them, and stops them in reverse.

With `cli.mind` the only file that knows every part. `main` hands the command line to `cli/`; `run` is the bot itself.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.usecases.figures import Running
    from posture import Loaded
    from scheduler.loop_watch import LoopWatch


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
            starting = asyncio.create_task(_start(stack, settings, loaded, watch, asked))
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
    stack: AsyncExitStack, settings: Settings, loaded: Loaded, watch: LoopWatch, asked: asyncio.Event
) -> int:
    """Everything, in order; answers the port of the web server. What is pushed last is stopped first.

    `asked`: somebody wants the posture's file in force.
    """
    from cli.mind import mind, opened
    from clients.slack import Slack
    from commands.listening import listening
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

    pulse, app_token = Pulse(), opened(settings.slack_app_token)
    slack = Slack(opened(settings.slack_bot_token), settings.slack_api_url, paced=settings.slack_pace)
    stack.push_async_callback(slack.close)
    without = await arrival.away(slack, app_token)
    files = Files(settings.posture_path, settings.tz)
    bot, handlers, older = await mind(stack, settings, loaded, slack, pulse, files)
    if without is not None and not await arrival.have_met(bot):
        raise without
    owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(3)}"
    directory = Directory(bot, slack)
    engine = Engine(bot, pulse, handlers, owner, directory.read, directory.tell_lacks)
    await engine.start()
    stack.push_async_callback(engine.stop)
    watch.beat_while(engine.guarded)
    sockets, hearing = await listening(stack, bot, slack, app_token, Echo(bot, slack).call, without)
    reload = Reloading(bot, files, asked, directory.read, loaded.digest, older=older)
    await stack.enter_async_context(reloading(reload))
    probes = {"socket": sockets.probe, "hearing": hearing.probe, "posture": reload.probe, **conditions(engine)}

    def running() -> Running:
        return replace(engine.counted(), sockets_replaced=hearing.replaced, lag=watch.lag)

    probes = {**probes, **await stack.enter_async_context(beating(bot, settings.heartbeat, probes))}
    twilio, pagerduty = opened(settings.twilio_auth_token), opened(settings.pagerduty_webhook_secret)
    parts = Parts(bot, settings.webhook_tokens(), twilio, settings.public_url or "", probes, pagerduty, running)
    return await stack.enter_async_context(serving(parts, settings.http_host, settings.http_port))


if __name__ == "__main__":
    main()
