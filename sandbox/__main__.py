"""`python -m sandbox`: run the sandbox by itself; the first line printed is one JSON object with its addresses."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from sandbox import manifest
from sandbox.parts import Options
from sandbox.seed import new_world
from sandbox.server import Running

EXAMPLE = "python -m sandbox --port 8900 --smtp-port 8925 --manifest manifest.yaml"


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A local Slack, phones, mailbox and clock on loopback. See docs/sandbox.md.",
        epilog=f"Example: {EXAMPLE}",
    )
    parser.add_argument("--port", type=port, default=8900, help="web port, 0 for a free one (default 8900)")
    parser.add_argument("--smtp-port", type=port, default=8925, help="mail port, 0 for a free one (default 8925)")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yaml"), help="the Slack app's manifest")
    parser.add_argument("--inbound-sms", default="", metavar="URL", help="where the bot takes text messages")
    parser.add_argument("--inbound-voice", default="", metavar="URL", help="where the bot takes calls")
    return parser.parse_args(given)


def port(text: str) -> int:
    """A port number. ArgumentTypeError for anything else."""
    if not text.isascii() or not text.isdigit() or int(text[:6]) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 0 to 65535")
    return int(text)


async def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; 1 when it could not begin."""
    try:
        world = new_world(manifest=manifest.read(options.manifest))
    except manifest.BadManifest as error:
        print(error, file=sys.stderr)
        return 1
    running = Running(world, Options(options.smtp_port, options.inbound_sms, options.inbound_voice))
    try:
        await running.start(options.port)
    except OSError as error:
        print(f"The sandbox cannot listen: {error.strerror}. Give other ports.", file=sys.stderr)
        return 1
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    print(json.dumps(running.addresses()), flush=True)
    await stop.wait()
    await running.stop()
    return 0


def main() -> int:
    """The program."""
    return asyncio.run(run(arguments()))


if __name__ == "__main__":
    sys.exit(main())
