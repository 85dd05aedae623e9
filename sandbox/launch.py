"""`python -m sandbox.launch`: the sandbox with the unmodified bot beside it, from nothing, in one command.

The bot gets settings and nothing else: no file of the caller's, no variable of the caller's but the path.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import manifest
from sandbox.__main__ import port
from sandbox.bot_process import REFUSED, ChildBot, Recipe
from sandbox.parts import Options
from sandbox.seed import new_world
from sandbox.server import HOST, Running

ROOT = Path(__file__).resolve().parent.parent
DATA = Path("data") / "sandbox"
INBOUND_SMS = "/twilio/sms"
WEBHOOK_TOKENS = {
    "WEBHOOK_TOKEN_INCIDENTS": "sandbox-incidents-token",
    "WEBHOOK_TOKEN_ALERTMANAGER": "sandbox-alertmanager-token",
}
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
SHEET_SECONDS = "2"  # whoever types into the sheet looks for what comes of it
TRIED_PORTS = 20
CONNECT_SECONDS = 60.0
TOLD_LINES = 10


class CannotLaunch(Exception):
    """The sandbox cannot be started; the text says what to do."""


@dataclass(frozen=True)
class Launch:
    """What to start. A port that is taken gives way to the next free one; 0 takes any."""

    port: int = 8900
    smtp_port: int = 8925
    bot_port: int = 8910
    posture: Path = ROOT / "examples" / "acme.yaml"
    manifest: Path = ROOT / "manifest.yaml"
    command: tuple[str, ...] = (sys.executable, str(ROOT / "app.py"))
    data: Path = DATA
    as_json: bool = False
    settings: dict[str, str] = field(default_factory=dict)


def settings_of(launch: Launch, addresses: dict[str, Any], bot_port: int, folder: Path) -> dict[str, str]:
    """The bot's whole environment: the sandbox's addresses and tokens, and a database of its own."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {
        **kept,
        "PYTHONUNBUFFERED": "1",
        "SLACK_BOT_TOKEN": addresses["slack_bot_token"],
        "SLACK_APP_TOKEN": addresses["slack_app_token"],
        "SLACK_API_URL": addresses["slack_api_url"],
        "TWILIO_ACCOUNT_SID": addresses["twilio_account_sid"],
        "TWILIO_AUTH_TOKEN": addresses["twilio_auth_token"],
        "TWILIO_PHONE_NUMBER": addresses["twilio_phone_number"],
        "TWILIO_API_URL": addresses["twilio_api_url"],
        "SMTP_URL": addresses["smtp_url"],
        "MAIL_FROM": "tocsin@acme.example",
        "CLOCK_URL": addresses["clock_url"],
        "GOOGLE_API_URL": addresses["google_api_url"],
        "GOOGLE_SPREADSHEET_ID": addresses["google_spreadsheet_id"],
        "GOOGLE_POLL_SECONDS": SHEET_SECONDS,
        "DATABASE_URL": f"sqlite:///{folder / 'tocsin.db'}",
        "POSTURE": str(launch.posture.resolve()),
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(bot_port),
        "PUBLIC_URL": f"http://{HOST}:{bot_port}",
        **WEBHOOK_TOKENS,
        **launch.settings,
    }


def free_port(wanted: int, *, taken: tuple[int, ...] = ()) -> int:
    """`wanted`, or the next port that is free; any for 0. CannotLaunch when 20 in a row are taken."""
    if wanted == 0:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            found: int = probe.getsockname()[1]
            return found
    for candidate in range(wanted, min(65_536, wanted + TRIED_PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                continue
        if candidate not in taken:
            return candidate
    raise CannotLaunch(f"The ports {wanted} to {wanted + TRIED_PORTS - 1} are all taken: give another one.")


class Launched:
    """The sandbox and the bot, started together and ended together."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.bot_port = 0
        self.bot: ChildBot
        self.running: Running

    async def start(self) -> None:
        """Serve, then start the bot. CannotLaunch with what to do."""
        launch = self.launch
        _check(launch)
        web_port = free_port(launch.port)
        smtp_port = free_port(launch.smtp_port, taken=(web_port,))
        self.bot_port = free_port(launch.bot_port, taken=(web_port, smtp_port))
        folder = _emptied((launch.data / str(web_port)).resolve())
        await self._serve(web_port, smtp_port, folder)
        self.bot.begin()

    async def _serve(self, web_port: int, smtp_port: int, folder: Path) -> None:
        try:
            world = new_world(manifest=manifest.read(self.launch.manifest))
        except manifest.BadManifest as error:
            raise CannotLaunch(str(error)) from error
        base = f"http://{HOST}:{self.bot_port}"
        environment: dict[str, str] = {}
        recipe = Recipe(self.launch.command, environment, folder, folder / "bot.log")
        self.bot = ChildBot(recipe, lambda: world.changed("state"), self._bot_ended)
        options = Options(smtp_port, base + INBOUND_SMS, process=self.bot)
        self.running = Running(world, options)
        try:
            await self.running.start(web_port)
        except OSError as error:
            raise CannotLaunch(f"The sandbox cannot listen: {error.strerror}. Give other ports.") from error
        key = await asyncio.to_thread(self.running.parts.sheets.credentials)  # making one takes a while
        environment |= {"GOOGLE_CREDENTIALS": json.dumps(key)}
        environment |= settings_of(self.launch, self.running.addresses(), self.bot_port, folder)

    async def stop(self) -> None:
        """End the bot in order, then the sandbox."""
        await self.bot.close()
        await self.running.stop()

    def addresses(self) -> dict[str, Any]:
        """The sandbox's addresses and the bot's."""
        bot = {"bot_url": f"http://{HOST}:{self.bot_port}", "bot_log": self.bot.state()["log"]}
        return self.running.addresses() | bot | {name.lower(): token for name, token in WEBHOOK_TOKENS.items()}

    def _bot_ended(self, code: int) -> None:
        log = Path(self.bot.state()["log"])
        again = f"The bot ended ({_how(code)}) and is started again. {_last_line(log)}"
        print(_refusal(log) if code == REFUSED else again, file=sys.stderr, flush=True)


def _check(launch: Launch) -> None:
    for path, what in ((launch.posture, "posture"), (launch.manifest, "manifest"), (Path(launch.command[-1]), "bot")):
        if not path.exists():
            raise CannotLaunch(f"There is no {what} at {path}.")


def _emptied(folder: Path) -> Path:
    """A folder without anything of an earlier run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _refusal(log: Path) -> str:
    said = "".join(f"  {line[:200]}\n" for line in _lines(log)[-TOLD_LINES:])
    return (
        f"The bot refuses to run, and is not started again. It said (all of it is in {log}):\n{said}"
        "Mend that, then press Start under Faults, or end this and start the sandbox again."
    )


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []


def _last_line(log: Path) -> str:
    lines = _lines(log)
    return f"Its last words, in {log}: {lines[-1][:200]}" if lines else f"See {log}."


def greeting(launched: Launched) -> str:
    """What the person who started it reads."""
    shown = launched.addresses()
    moved = [
        f"Port {wanted} is taken, {found} is used instead.\n"
        for wanted, found in (
            (launched.launch.port, shown["port"]),
            (launched.launch.smtp_port, shown["smtp_port"]),
            (launched.launch.bot_port, launched.bot_port),
        )
        if wanted not in (0, found)
    ]
    incidents = f"{shown['bot_url']}/webhooks/incidents"
    return (
        f"{''.join(moved)}"
        f"The sandbox is ready: open {shown['ui']}\n\n"
        f"  Declare an incident there with /incident declare, or from a terminal:\n"
        f"    curl -H 'Authorization: Bearer {shown['webhook_token_incidents']}' \\\n"
        f"      -H 'Content-Type: text/plain' --data 'Payments API is slow' {incidents}\n"
        f"  Alertmanager: {shown['bot_url']}/webhooks/alertmanager "
        f"(bearer token {shown['webhook_token_alertmanager']})\n"
        f"  Control API:  {shown['control_url']} (docs/sandbox.md)\n"
        f"  Bot's log:    {shown['bot_log']}\n\n"
        f"Ctrl-C ends it.\n"
    )


async def run(launch: Launch) -> int:
    """Run until told to stop; 1 when it could not begin."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    launched = Launched(launch)
    try:
        await launched.start()
    except CannotLaunch as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(launched.addresses()) if launch.as_json else greeting(launched), flush=True)
    telling = asyncio.create_task(_tell_when_connected(launched))
    await stop.wait()
    telling.cancel()
    await launched.stop()
    return 0


async def _tell_when_connected(launched: Launched) -> None:
    """Say on the error stream that the bot has come, or that it has not."""
    sockets = launched.running.world.sockets
    for _ in range(int(CONNECT_SECONDS / 0.1)):
        if sockets.connections:
            print("The bot is connected.", file=sys.stderr, flush=True)
            return
        if not launched.bot.state()["wanted"]:
            return  # it refused, or somebody stopped it
        await asyncio.sleep(0.1)
    log = launched.bot.state()["log"]
    print(f"The bot has not connected within {CONNECT_SECONDS:.0f} s: see {log}.", file=sys.stderr, flush=True)


def arguments(given: list[str] | None = None) -> Launch:
    """The command line, read."""
    usual = Launch()
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.launch",
        description="Start a local Slack, phones and mailbox, and the bot beside them. See docs/sandbox.md.",
    )
    parser.add_argument("--port", type=port, default=usual.port, help="web port (default 8900)")
    parser.add_argument("--smtp-port", type=port, default=usual.smtp_port, help="mail port (default 8925)")
    parser.add_argument("--bot-port", type=port, default=usual.bot_port, help="the bot's web port (default 8910)")
    parser.add_argument("--posture", type=Path, default=usual.posture, help="posture (default examples/acme.yaml)")
    parser.add_argument("--manifest", type=Path, default=usual.manifest, help="manifest (default manifest.yaml)")
    parser.add_argument("--json", action="store_true", help="print the addresses as one JSON object instead")
    parser.add_argument(
        "--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help="one more setting of the bot"
    )
    read = parser.parse_args(given)
    ports, files = (read.port, read.smtp_port, read.bot_port), (read.posture, read.manifest)
    return Launch(*ports, *files, as_json=read.json, settings=dict(read.set))


def setting(text: str) -> tuple[str, str]:
    """A setting of the bot. ArgumentTypeError for anything else."""
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def main(given: list[str] | None = None) -> int:
    """The program."""
    return asyncio.run(run(arguments(given)))


if __name__ == "__main__":
    sys.exit(main())
