"""Slack's wire: every way a call can end means one thing, and no error of a library gets out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from wire_stub import Answer, Stub, a_stub, dead_port, half, hangs, raw, resets, says

from bot.domain.delivery import OWN_PACE, Later, Never, Unknown
from clients import faults
from clients.slack_limits import BURST, BURST_SECONDS, EDITS, EDITS_SECONDS, TURN_KEPT, Pace, Pauses
from clients.slack_outcomes import CODES, STATUSES, Meaning, meaning_of, wait_of
from clients.slack_wire import METHODS, Reply, SlackFailed, Wire

METHOD = "chat.postMessage"


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with a_stub() as found:
        yield found


@pytest.fixture
async def wire(stub: Stub) -> AsyncIterator[Wire]:
    made = Wire("xoxb-test", f"{stub.url}/api/")
    yield made
    await made.close()


async def post(wire: Wire, channel: str = "C1", **more: object) -> object:
    return await wire.call(METHOD, channel=channel, text="hello", **more)


async def test_an_answer_that_is_ok_is_given_whole(wire: Wire, stub: Stub) -> None:
    stub.answers[METHOD] = says({"ok": True, "channel": "C1", "ts": "1.2"})
    assert await post(wire) == Reply({"ok": True, "channel": "C1", "ts": "1.2"})


@pytest.mark.parametrize("code", [code for code, means in CODES.items() if means is Meaning.NEVER])
async def test_a_refusal_is_for_good_and_its_code_is_the_reason(wire: Wire, stub: Stub, code: str) -> None:
    stub.answers[METHOD] = says({"ok": False, "error": code})
    assert await post(wire) == Never(code)


async def test_a_code_nobody_knows_is_a_refusal(wire: Wire, stub: Stub) -> None:
    stub.answers[METHOD] = says({"ok": False, "error": "new_this_year"})
    assert await post(wire) == Never("new_this_year")


@pytest.mark.parametrize("code", [code for code, means in CODES.items() if means is Meaning.UNKNOWN])
async def test_an_error_that_may_have_done_part_of_the_work_is_unknown(wire: Wire, stub: Stub, code: str) -> None:
    stub.answers[METHOD] = says({"ok": False, "error": code})
    assert await post(wire) == Unknown(code)


@pytest.mark.parametrize("code", ["message_limit_exceeded", "service_unavailable", "request_timeout"])
async def test_a_passing_trouble_of_slacks_is_for_later(wire: Wire, stub: Stub, code: str) -> None:
    stub.answers[METHOD] = says({"ok": False, "error": code})
    assert await post(wire) == Later(reason=code)
    assert meaning_of(200, code) is Meaning.LATER


@pytest.mark.parametrize("code", [code for code, means in CODES.items() if means is Meaning.MENDABLE])
async def test_what_an_operator_can_mend_is_for_later_and_said_loudly(
    wire: Wire, stub: Stub, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    stub.answers[METHOD] = says({"ok": False, "error": code, "needed": "chat:write"})
    assert await post(wire) == Later(reason=code)
    assert [(record.levelno, code in record.getMessage()) for record in caplog.records] == [(logging.ERROR, True)]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_broken_gateway_leaves_us_in_doubt(wire: Wire, stub: Stub, status: int) -> None:
    stub.answers[METHOD] = raw("<h1>oops</h1>", status=status)
    assert await post(wire) == Unknown(f"http {status}")
    assert STATUSES[status] is Meaning.UNKNOWN


async def test_an_overloaded_slack_is_for_later(wire: Wire, stub: Stub) -> None:
    stub.answers[METHOD] = raw("<h1>busy</h1>", status=503)
    assert await post(wire) == Later(reason="http 503")


@pytest.mark.parametrize("status", [403, 404, 407])
async def test_a_proxy_that_refuses_is_for_later_and_said_loudly(
    wire: Wire, stub: Stub, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    stub.answers[METHOD] = raw("<h1>no</h1>", status=status)
    assert await post(wire) == Later(reason=f"http {status}")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize(
    "answer",
    [
        raw("<html>"),
        raw("{not json", "application/json"),
        raw("ok", "text/plain"),
        raw("[1]", "application/json"),
        raw('"ok"', "application/json"),
        raw("", "application/json"),
        says({}),
        says({"error": 7}),
    ],
)
async def test_a_body_that_is_no_answer_leaves_us_in_doubt(wire: Wire, stub: Stub, answer: Answer) -> None:
    stub.answers[METHOD] = answer
    assert await post(wire) == Unknown("an answer that is not Slack's")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (resets(), "connection lost (ServerDisconnectedError)"),
        (half(), "connection lost (ClientPayloadError)"),
        (hangs(), "no answer in time"),
    ],
)
async def test_a_lost_answer_leaves_us_in_doubt(wire: Wire, stub: Stub, answer: Answer, reason: str) -> None:
    stub.answers[METHOD] = answer
    assert await post(wire, seconds=0.2) == Unknown(reason)
    assert stub.names() == [METHOD]  # and nothing was sent a second time


async def test_a_refused_connection_did_nothing() -> None:
    wire = Wire("xoxb-test", f"http://127.0.0.1:{dead_port()}/api/")
    assert await post(wire) == Later(reason="no connection (ClientConnectorError)")
    await wire.close()


async def test_no_request_is_begun_once_another_may_make_it(wire: Wire, stub: Stub) -> None:
    with faults.begun_before(0.0):  # as after a pause in which the lease ended
        assert await post(wire) == Later(reason=faults.TOO_LATE)
    assert stub.names() == []


def test_faults_before_the_request_is_sent_are_told_from_those_after() -> None:
    before = aiohttp.ConnectionTimeoutError("slow to connect")
    assert faults.outcome_of(before) == Later(reason="no connection (ConnectionTimeoutError)")
    assert faults.outcome_of(aiohttp.ServerTimeoutError()) == Unknown("no answer in time")
    assert faults.outcome_of(ConnectionResetError()) == Unknown("connection lost (ConnectionResetError)")


async def test_a_rate_limit_pauses_the_channel_for_everybody_without_a_call(wire: Wire, stub: Stub) -> None:
    stub.answers[METHOD] = says({"ok": False, "error": "ratelimited"}, 429, Retry_After="30")
    first, second = await post(wire), await post(wire)
    assert [type(outcome) for outcome in (first, second)] == [Later, Later]
    assert isinstance(second, Later)
    assert second.after is not None
    assert timedelta(seconds=25) < second.after <= timedelta(seconds=30)
    assert stub.names() == [METHOD]


async def test_a_rate_limit_of_one_channel_leaves_the_others_alone(wire: Wire, stub: Stub) -> None:
    stub.answers[METHOD] = [says({"ok": False, "error": "ratelimited"}, 429, Retry_After="30"), says({"ok": True})]
    await post(wire, "C1")
    assert await post(wire, "C2") == Reply({"ok": True})


async def test_a_rate_limit_of_another_method_pauses_it_for_every_channel(wire: Wire, stub: Stub) -> None:
    stub.answers["pins.add"] = says({"ok": False, "error": "ratelimited"}, 429, Retry_After="30")
    await wire.call("pins.add", channel="C1", timestamp="1.1")
    outcome = await wire.call("pins.add", channel="C2", timestamp="1.1")
    assert isinstance(outcome, Later)
    assert stub.names() == ["pins.add"]


def test_a_pause_ends_in_real_time_and_a_shorter_one_does_not_cut_it() -> None:
    now = [100.0]
    pauses = Pauses(lambda: now[0])
    pauses.pause("pins.add", "C1", timedelta(seconds=30))
    assert pauses.pause("pins.add", "C2", timedelta(seconds=1)) == timedelta(seconds=30)
    now[0] = 129.0
    assert pauses.left("pins.add") == timedelta(seconds=1)
    now[0] = 130.0
    assert pauses.left("pins.add") is None


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("0.5", timedelta(seconds=0.5)),
        ("999999999999", timedelta(hours=1)),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("-1", None),
        (None, None),
    ],
)
def test_a_wait_is_read_only_where_it_is_one(header: str | None, wait: timedelta | None) -> None:
    assert wait_of(header) == wait


async def test_a_limit_without_a_wait_still_pauses(wire: Wire, stub: Stub) -> None:
    stub.answers[METHOD] = says({"ok": False, "error": "ratelimited"}, 429)
    outcome = await post(wire)
    assert isinstance(outcome, Later)
    assert outcome.after is not None
    assert timedelta(seconds=4) < outcome.after <= timedelta(seconds=5)


async def test_a_call_somebody_waits_for_says_what_went_wrong(wire: Wire, stub: Stub) -> None:
    stub.answers["views.open"] = says({"ok": False, "error": "expired_trigger_id"})
    with pytest.raises(SlackFailed) as failed:
        await wire.ask("views.open", trigger_id="1", view={})
    assert failed.value.code == "expired_trigger_id"


async def test_only_methods_that_the_manifest_is_checked_for_are_called(wire: Wire) -> None:
    with pytest.raises(LookupError):
        await wire.call("admin.users.list")


def test_every_method_of_the_table_is_one_that_the_library_knows() -> None:
    assert [name for name in METHODS if not hasattr(AsyncWebClient, name.replace(".", "_"))] == []


async def test_work_that_takes_longer_than_a_lease_allows_is_in_doubt() -> None:
    async def slow() -> Later:
        await asyncio.sleep(60)
        return Later()

    assert await faults.bounded(slow(), 0.01) == Unknown("no answer in time")


class Watch:
    """A clock that is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_message_too_many_for_its_channel_is_not_sent_and_given_a_turn(stub: Stub) -> None:
    watch = Watch()
    wire = Wire("xoxb-test", f"{stub.url}/api/", pace=Pace(watch))
    stub.answers[METHOD] = says({"ok": True, "channel": "C1", "ts": "1.2"})
    for _ in range(BURST):
        assert isinstance(await post(wire), Reply)
    assert await post(wire) == Later(timedelta(seconds=BURST_SECONDS), OWN_PACE)
    assert isinstance(await post(wire, channel="C2"), Reply)
    watch.seconds += BURST_SECONDS
    assert isinstance(await post(wire), Reply)
    await wire.close()


def test_a_crowd_that_must_wait_comes_back_in_a_row_and_never_too_fast() -> None:
    watch, went = Watch(), []
    pace = Pace(watch)
    due = dict.fromkeys(range(20), watch.seconds)
    while due:
        watch.seconds = max(watch.seconds, min(due.values()))
        for one in [name for name, at in due.items() if at <= watch.seconds]:
            wait = pace.left("C1", f"row {one}")
            if wait is None:
                went.append(watch.seconds)
                del due[one]
            else:
                due[one] = watch.seconds + wait.total_seconds()
    gaps = [later - first for first, later in zip(went, went[BURST:], strict=False)]
    assert min(gaps) >= BURST_SECONDS - 0.001
    assert went[-1] - went[0] < 20 * BURST_SECONDS / BURST + BURST_SECONDS


def test_a_turn_that_nobody_takes_is_free_again() -> None:
    watch = Watch()
    pace = Pace(watch)
    waits = [pace.left("C1", f"row {n}") for n in range(BURST + 30)]
    assert waits[-1] is not None and waits[-1].total_seconds() > 30
    watch.seconds += waits[-1].total_seconds() + TURN_KEPT + 1
    assert pace.left("C1", "another") is None


def test_an_update_that_overtakes_another_takes_its_turn() -> None:
    """A thousand alerts into one incident do not make its card wait for a thousand turns."""
    watch = Watch()
    pace = Pace(watch)
    for n in range(BURST):
        assert pace.left("C1", f"row {n}") is None
    waits = []
    for _ in range(1000):
        waits.append(pace.left("C1", "card"))
        watch.seconds += 0.001
    assert max(wait.total_seconds() for wait in waits if wait is not None) <= BURST_SECONDS
    watch.seconds += BURST_SECONDS
    assert pace.left("C1", "card") is None


async def test_updates_of_rooms_leave_some_to_direct_messages(stub: Stub) -> None:
    watch = Watch()
    wire = Wire("xoxb-test", f"{stub.url}/api/", pace=Pace(watch))
    stub.answers["chat.update"] = says({"ok": True, "channel": "C1", "ts": "1.2"})

    async def update(channel: str) -> object:
        return await wire.call("chat.update", channel=channel, ts="1.2", text="new")

    assert all([isinstance(await update(f"C{n}"), Reply) for n in range(EDITS)])
    assert await update("C99") == Later(timedelta(seconds=EDITS_SECONDS), OWN_PACE)
    assert isinstance(await update("D1"), Reply)
    await wire.close()
