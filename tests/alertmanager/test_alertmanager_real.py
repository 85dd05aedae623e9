"""A real Alertmanager, and a real Prometheus before it: what fires opens an incident, what stops closes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from programs import program, running
from town.program import free_port
from town.town import ALERTMANAGER_TOKEN, Town, a_town
from town.waiting import eventually

from bot.domain.incident import ClosedAs

CONFIG = """
route:
  receiver: tocsin
  group_by: [service]
  group_wait: 50ms
  group_interval: 500ms
  repeat_interval: 1h
receivers:
  - name: tocsin
    webhook_configs:
      - url: http://127.0.0.1:{port}/webhooks/alertmanager
        send_resolved: true
        http_config:
          authorization: {{type: Bearer, credentials: {token}}}
"""

PROMETHEUS = """
global: {{scrape_interval: 200ms, evaluation_interval: 200ms}}
rule_files: [rules.yml]
alerting:
  alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]
scrape_configs:
  - job_name: checkout
    static_configs: [{{targets: ["127.0.0.1:{checkout}"]}}]
"""

RULES = """
groups:
  - name: checkout
    rules:
      - alert: HighErrorRate
        expr: checkout_error_ratio > 0.05
        labels: {severity: critical, service: checkout}
        annotations:
          summary: Checkout answers {{ $value | humanizePercentage }} of requests with errors
          runbook_url: https://runbooks.acme.example/checkout
"""


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with a_town(sqlite_url, tmp_path) as found:
        found.bot.start()
        yield found
        found.ends_well()


@pytest.fixture
def alertmanager(town: Town, tmp_path: Path) -> Iterator[int]:
    """The port of an Alertmanager whose receiver is the bot."""
    binary = program("prometheus-alertmanager", "alertmanager", package="prometheus-alertmanager")
    port = free_port()
    (tmp_path / "alertmanager.yml").write_text(CONFIG.format(port=town.bot.port, token=ALERTMANAGER_TOKEN))
    command = [
        binary, "--config.file=alertmanager.yml", "--storage.path=alertmanager",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    with running(command, tmp_path):
        eventually(lambda: _answers(port, "GET", "/-/ready"), seconds=30)
        yield port


def _answers(port: int, method: str, path: str, body: object = None) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _fires(port: int, name: str, ended: datetime | None = None) -> None:
    """Tells Alertmanager of an alert; one that has ended is resolved."""
    alert = {
        "labels": {"alertname": name, "severity": "critical", "service": "checkout"},
        "annotations": {"summary": f"{name} on checkout"},
        "startsAt": (datetime.now(UTC) - timedelta(minutes=1)).isoformat(),
        "generatorURL": "http://prometheus.acme.example:9090/graph",
        **({"endsAt": ended.isoformat()} if ended else {}),
    }
    assert _answers(port, "POST", "/api/v2/alerts", [alert])


def test_firing_opens_and_pages_and_resolved_closes_after_the_quiet_period(town: Town, alertmanager: int) -> None:
    _fires(alertmanager, "HighErrorRate")
    room = town.room()
    town.card_shows("HighErrorRate on checkout")
    town.card_shows("*Detected by* Alertmanager")
    assert (town.incident().severity, town.incident().service) == ("SEV1", "checkout")
    eventually(lambda: len(town.alice.phone.pages) == 1)
    _fires(alertmanager, "SlowRequests")
    town.card_shows("2 still firing")
    _fires(alertmanager, "HighErrorRate", datetime.now(UTC))
    town.card_shows("1 still firing")
    _fires(alertmanager, "SlowRequests", datetime.now(UTC))
    town.card_shows("all resolved")
    town.clock.passes(minutes=2)
    room.hears("*INC-1 is resolved* by Alertmanager after")
    assert town.incident().closed_as is ClosedAs.RESOLVED
    assert town.numbers() == [1]


@contextmanager
def _checkout(ratio: list[float]) -> Iterator[int]:
    """A service with a metric; `ratio` holds its value."""

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"checkout_error_ratio {ratio[0]}\n".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: it is asked five times a second."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_metric_that_prometheus_watches_wakes_alice(town: Town, alertmanager: int, tmp_path: Path) -> None:
    binary = program("prometheus", package="prometheus")
    port, ratio = free_port(), [0.0]
    with _checkout(ratio) as checkout:
        (tmp_path / "prometheus.yml").write_text(PROMETHEUS.format(alertmanager=alertmanager, checkout=checkout))
        (tmp_path / "rules.yml").write_text(RULES)
        command = [
            binary, "--config.file=prometheus.yml", "--storage.tsdb.path=prometheus",
            f"--web.listen-address=127.0.0.1:{port}",
        ]  # fmt: skip
        with running(command, tmp_path):
            eventually(lambda: _answers(port, "GET", "/-/ready"), seconds=30)
            assert town.numbers() == []
            ratio[0] = 0.12
            town.card_shows("Checkout answers 12% of requests with errors", seconds=30)
            eventually(lambda: len(town.alice.phone.pages) == 1)
            town.alice.texts("ack")
            town.card_shows("Alice Chen acked")
            ratio[0] = 0.01
            town.card_shows("all resolved", seconds=30)
            town.clock.passes(minutes=2)
            town.room().hears("*INC-1 is resolved* by Alertmanager after")
