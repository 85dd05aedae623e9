"""Prometheus metrics: counts by lane, state and notifier; no label holds a person or a title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.domain.delivery import Lane
from bot.domain.incident import State
from bot.usecases.figures import Figures, Running, figures
from web.parts import PARTS

Labels = TypeVar("Labels", bound=tuple[str, ...])


async def metrics(request: web.Request) -> web.Response:
    """Prometheus text format."""
    parts = request.app[PARTS]
    page = render(await figures(parts.bot), parts.running())
    return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})


def render(found: Figures, running: Running) -> bytes:
    """The figures as Prometheus reads them; a registry of its own, so that nothing of other libraries shows."""
    registry = CollectorRegistry()
    registry.register(_Page(found, running))
    return generate_latest(registry)


class _Page:
    def __init__(self, found: Figures, running: Running) -> None:
        self._found, self._running = found, running

    def collect(self) -> Iterator[Metric]:
        found, running = self._found, self._running
        states = {(state.value,): found.incidents.get(state.value, 0) for state in State}
        yield _gauge("incidents", "Incidents by state.", ["state"], states)
        unresolved = sum(count for (state,), count in states.items() if state != State.RESOLVED.value)
        yield _gauge("incidents_open", "Incidents that are not resolved.", [], {(): unresolved})
        rows = {(_lane(lane), waiting): count for (lane, waiting), count in found.outbox.items()}
        yield _gauge("outbox_rows", "Rows of the outbox by lane and state.", ["lane", "state"], rows)
        due = {(_lane(lane),): found.due.get(lane, (0, 0.0)) for lane in Lane}
        counts, oldest = {key: count for key, (count, _) in due.items()}, {key: age for key, (_, age) in due.items()}
        yield _gauge("outbox_due", "Rows that are due, by lane.", ["lane"], counts)
        yield _gauge("outbox_oldest_due_seconds", "How long the oldest row that is due waits.", ["lane"], oldest)
        yield _gauge("timers_due", "Timers that are due.", [], {(): found.timers_due})
        yield _gauge("runs_acked", "Runs that stand acknowledged.", [], {(): found.acks})
        yield _gauge("storm", "1 while a storm lasts, in which pages are bundled.", [], {(): int(found.storm)})
        yield _gauge("loop_lag_seconds", "How late the event loop was in the last minute.", [], {(): running.lag})
        yield _counter("page_tries", "Tries to send a page.", ["notifier", "outcome"], running.pages)
        troubles = {(code,): count for code, count in running.troubles.items()}
        yield _counter("audit_troubles", "What the auditor found and mended.", ["code"], troubles)
        yield _counter("loop_restarts", "Loops that were started again.", [], {(): running.restarts})
        yield _counter("sockets_replaced", "Deaf sockets that were replaced.", [], {(): running.sockets_replaced})


def _lane(lane: int) -> str:
    return Lane(lane).name.lower()


def _gauge(name: str, what: str, labels: list[str], values: Mapping[Labels, float]) -> Metric:
    family = GaugeMetricFamily(f"tocsin_{name}", what, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _counter(name: str, what: str, labels: list[str], values: Mapping[Labels, float]) -> Metric:
    family = CounterMetricFamily(f"tocsin_{name}", what, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
