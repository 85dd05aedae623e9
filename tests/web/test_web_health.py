"""Readiness tells the truth part by part and refuses only where pages would not go; metrics count and name nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from night import Night
from web_door import Door

from bot.domain.condition import Condition, Probe, down, impaired, ok
from bot.domain.delivery import Effect, Lane, NewRow
from bot.ports import Database, DatabaseUnavailable
from bot.usecases.figures import Running
from web import server
from web.parts import Parts

NOTHING = Running()
ANSWERS = {"state": "ok", "says": "it answers; no posture was accepted yet"}


def says(condition: Condition) -> Probe:
    async def probe() -> Condition:
        return condition

    return probe


async def asked(night: Night, path: str, **parts: Any) -> tuple[int, Any]:
    """Status and answer of a server with these parts."""
    app = server.build(Parts(night.bot, **parts))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        answer = await client.get(path)
        return answer.status, await answer.json()


async def test_ready_is_true_while_pages_go_and_tells_of_every_part(door: Door) -> None:
    probes = {"lane pages": says(ok("nothing is due")), "socket": says(impaired("not connected to Slack"))}
    assert await asked(door.night, "/readyz", probes=probes) == (
        200,
        {
            "ready": True,
            "parts": {
                "database": ANSWERS,
                "lane pages": {"state": "ok", "says": "nothing is due"},
                "socket": {"state": "impaired", "says": "not connected to Slack"},
            },
        },
    )


async def test_ready_is_false_where_pages_would_not_go(door: Door) -> None:
    status, answer = await asked(door.night, "/readyz", probes={"timers": says(down("stands still"))})
    assert (status, answer["ready"]) == (503, False)
    assert answer["parts"] == {"database": ANSWERS, "timers": {"state": "down", "says": "stands still"}}


async def test_the_posture_in_force_is_named(door: Door) -> None:
    now = door.night.now
    await door.night.bot.db.write(lambda tx: tx.postures.accept("digest", "text", "start", now))
    _, answer = await asked(door.night, "/readyz")
    assert answer["parts"]["database"]["says"] == f"it answers; posture 1 is in force since {now:%Y-%m-%dT%H:%M:%SZ}"


class Away:
    """A database out of reach."""

    async def read(self, _work: Any) -> Any:
        raise DatabaseUnavailable("The database cannot be reached.")

    write = read


async def test_a_database_out_of_reach_is_alive_and_not_ready(door: Door) -> None:
    db: Database = Away()
    night = replace(door.night, bot=replace(door.night.bot, db=db))
    assert await asked(night, "/healthz") == (200, {"status": "ok"})
    status, answer = await asked(night, "/readyz")
    assert status == 503
    assert answer["parts"] == {"database": {"state": "down", "says": "The database cannot be reached."}}


async def metrics(night: Night, running: Running = NOTHING) -> list[str]:
    """The lines of the page that hold a value other than none."""
    app = server.build(Parts(night.bot, running=lambda: running))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        answer = await client.get("/metrics")
        assert answer.headers["Content-Type"].split(";")[0] == "text/plain"
        lines = (await answer.text()).splitlines()
    return [line for line in lines if not line.startswith("#") and not line.endswith(" 0.0")]


async def test_metrics_count_and_name_nothing(door: Door) -> None:
    await door.night.declare("A public title")
    await door.night.declare("A secret title", private=True)
    await door.night.declare("A third title")
    await door.night.bot.db.write(lambda tx: tx.timers.cancel(1))
    door.night.clock.time += timedelta(minutes=5)
    page = await metrics(door.night)
    assert 'tocsin_incidents{state="ASSIGNED"} 2.0' in page
    assert "tocsin_incidents_open 2.0" in page
    assert [line.split()[0] for line in page if "timers_due" in line] == ["tocsin_timers_due"]
    assert [line for line in page if "title" in line or "Alice" in line] == []


async def test_what_is_due_is_counted_by_lane_with_the_age_of_the_oldest(door: Door) -> None:
    night = door.night
    keys = {"x/1": Lane.PAGES, "x/2": Lane.PAGES, "x/3": Lane.ROOM}
    rows = [NewRow(key, Effect.DM_SAY, lane, night.now, person_id=1) for key, lane in keys.items()]
    await night.bot.db.write(lambda tx: tx.outbox.put(rows))
    night.clock.time += timedelta(seconds=70)
    assert [line for line in await metrics(night) if "outbox" in line and "rows" not in line] == [
        'tocsin_outbox_due{lane="pages"} 2.0',
        'tocsin_outbox_due{lane="room"} 1.0',
        'tocsin_outbox_oldest_due_seconds{lane="pages"} 70.0',
        'tocsin_outbox_oldest_due_seconds{lane="room"} 70.0',
    ]


async def test_what_this_process_counted_is_there(door: Door) -> None:
    counted = Running(Counter({("sms", "sent"): 3, ("voice", "failed"): 1}), {"unarmed": 2}, 1, 4, 0.25)
    page = await metrics(door.night, counted)
    assert [line for line in page if "incidents" not in line and "outbox" not in line] == [
        "tocsin_loop_lag_seconds 0.25",
        'tocsin_page_tries_total{notifier="sms",outcome="sent"} 3.0',
        'tocsin_page_tries_total{notifier="voice",outcome="failed"} 1.0',
        'tocsin_audit_troubles_total{code="unarmed"} 2.0',
        "tocsin_loop_restarts_total 1.0",
        "tocsin_sockets_replaced_total 4.0",
    ]
