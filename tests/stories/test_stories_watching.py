"""A dead man's switch hears from the bot while pages would go, and readiness tells of every part in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from town.town import Build, Town
from town.waiting import eventually


@contextmanager
def a_switch(heard: list[str], status: int = 200) -> Iterator[str]:
    """Somewhere outside that notes each sign of life; gives its address."""

    class Check(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Check)
    serving = Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/check/canary"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def parts(town: Town) -> dict[str, str]:
    """Each part of /readyz with its state."""
    return {name: part["state"] for name, part in town.bot.http("GET", "/readyz")[1]["parts"].items()}


def test_signs_of_life_go_out_while_pages_would_go(build: Build) -> None:
    heard: list[str] = []
    with a_switch(heard) as url:
        town = build(HEARTBEAT_URL=url, HEARTBEAT_ALLOW_PRIVATE="true")
        town.bot.start()
        eventually(lambda: heard)
        eventually(lambda: parts(town)["heartbeat"] == "ok")
        assert set(heard) == {"/check/canary"}
        assert "canary" not in str(town.bot.http("GET", "/readyz")) + town.bot.words()
        assert town.bot.stop() == 0


def test_a_switch_that_does_not_know_us_is_told_and_holds_nothing_up(build: Build) -> None:
    with a_switch([], 404) as url:
        town = build(HEARTBEAT_URL=url, HEARTBEAT_ALLOW_PRIVATE="true")
        town.bot.start()
        eventually(lambda: parts(town)["heartbeat"] == "impaired")
        status, answer = town.bot.http("GET", "/readyz")
        assert (status, answer["parts"]["heartbeat"]["says"]) == (200, "not heard: it answered 404")
        town.declares()
        eventually(lambda: len(town.alice.phone.pages) == 1)
        assert town.bot.stop() == 0
