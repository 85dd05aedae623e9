"""The sandbox as one web application: Slack, Twilio, clock, control API and the browser's page on one port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox import control, webapi
from sandbox.control.boundary import Handler, guard
from sandbox.parts import Options, Parts
from sandbox.seed import APP_TOKEN, BOT_TOKEN
from sandbox.sheets_seed import SPREADSHEET_ID
from sandbox.twilio import ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER
from sandbox.world import World

HOST = "127.0.0.1"
UI = Path(__file__).parent / "ui"
LARGEST_REQUEST = 64 * 1024 * 1024

PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
    "img-src 'self' data: blob: http://127.0.0.1:* http://localhost:*"
)
"""What the bot says in messages and mails is shown, but the browser runs none of it and fetches nothing for it."""

PARTS = web.AppKey("parts", Parts)


def build(world: World, options: Options) -> web.Application:
    """The application over `world`; the mail server listens while it runs. `app[PARTS]` holds the parts."""
    parts = Parts(world, options)
    app = web.Application(middlewares=[guard], client_max_size=LARGEST_REQUEST)
    app[PARTS] = parts
    stream = control.add(app, parts)
    app.add_routes(parts.twilio.routes())
    app.add_routes(parts.sheets.routes())
    app.add_routes(webapi.routes(world))
    _add_page(app)

    async def listen(_app: web.Application) -> AsyncIterator[None]:
        await parts.start(HOST)
        yield
        await parts.close()

    async def let_go(_app: web.Application) -> None:
        stream.close()
        parts.clock.close()
        await world.sockets.close()

    app.cleanup_ctx.append(listen)
    app.on_shutdown.append(let_go)
    return app


class Running:
    """A sandbox that serves. `await start()` returns once it listens; OSError when a port is taken."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.app = build(world, options)
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=2.0)
        self.port = 0

    @property
    def parts(self) -> Parts:
        """The parts, for programs in the same process."""
        return self.app[PARTS]

    async def start(self, port: int) -> None:
        """Listen on loopback at `port`, 0 for a free one."""
        try:
            await self._runner.setup()
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        found: int = self._runner.addresses[0][1]
        self.port = found
        self.world.base_url = f"http://{HOST}:{found}"

    async def stop(self) -> None:
        """End everything."""
        await self._runner.cleanup()

    def addresses(self) -> dict[str, Any]:
        """Where everything is and the tokens that open it: the first line the sandbox prints."""
        base = self.world.base_url
        return {
            "ui": f"{base}/",
            "slack_api_url": f"{base}/api/",
            "twilio_api_url": base,
            "smtp_url": f"smtp://{HOST}:{self.parts.smtp_port}",
            "clock_url": f"{base}/clock",
            "control_url": f"{base}/control/",
            "port": self.port,
            "smtp_port": self.parts.smtp_port,
            "slack_bot_token": BOT_TOKEN,
            "slack_app_token": APP_TOKEN,
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": AUTH_TOKEN,
            "twilio_phone_number": OWN_NUMBER,
            "google_api_url": base,
            "google_spreadsheet_id": SPREADSHEET_ID,
        }


def _add_page(app: web.Application) -> None:
    """The browser's page and what it loads; each request asks whether a file has changed."""
    for found in sorted(UI.iterdir()):
        if found.is_dir():
            app.router.add_static(f"/{found.name}", found)
        else:
            app.router.add_get("/" if found.name == "index.html" else f"/{found.name}", _file(found))

    async def archives(request: web.Request) -> web.StreamResponse:
        """A link to a channel or a message, as Slack writes it, leads to its place on the page."""
        channel, ts = request.match_info["channel"], request.match_info.get("ts", "")
        at = f"?at={ts[:-6]}.{ts[-6:]}" if ts else ""
        raise web.HTTPFound(f"/#{channel}{at}")

    app.router.add_get("/archives/{channel:[CDG][A-Z0-9]+}", archives)
    app.router.add_get(r"/archives/{channel:[CDG][A-Z0-9]+}/p{ts:\d{7,20}}", archives)

    async def revalidate(_request: web.Request, response: web.StreamResponse) -> None:
        if isinstance(response, web.FileResponse):
            response.headers.setdefault("Cache-Control", "no-cache")
            response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)

    app.on_response_prepare.append(revalidate)


def _file(path: Path) -> Handler:
    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path)

    return serve
