"""A stop is short and quiet: after a start that waits for Slack, in the middle of work, and when Slack has gone."""

from __future__ import annotations

import json
import socket
import time

import pytest
from town.town import Build, Town
from town.waiting import eventually


def stops_quietly(town: Town) -> None:
    """Within the 20 s that a stop may take (else it ends with another code), and without a traceback of ours."""
    assert town.bot.stop() == 0
    words = town.bot.words()
    stopped = [json.loads(line) for line in words[words.index('{"event": "stopping"') :].splitlines()]
    errors = [said for said in stopped if said["level"] == "error" and said["logger"] != "slack_bolt"]
    assert (errors, [said for said in stopped if "exception" in said]) == ([], [])


def test_a_start_that_waits_for_slack_can_be_stopped(build: Build) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes every call and says nothing
        town = build(SLACK_API_URL=f"http://127.0.0.1:{silent.getsockname()[1]}/api/")
        town.bot.launch()
        eventually(lambda: _listens(town))
        stops_quietly(town)


def _listens(town: Town) -> bool:
    """Whether the bot handles signals by now; before that SIGTERM ends it as any program."""
    assert town.bot.process is not None
    with open(f"/proc/{town.bot.process.pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) & 1 << 14)


def test_a_stop_right_after_the_start_cuts_the_directory_short_without_a_word(build: Build) -> None:
    town = build()
    town.bot.start()
    stops_quietly(town)


def test_what_is_being_answered_is_acked_before_the_lines_close(town: Town) -> None:
    town.declares()
    for number in range(6):
        town.outside.post("message", user=town.dave.user, channel=town.room().id, text=f"clue {number}")
    stops_quietly(town)


@pytest.mark.parametrize("how", ["closed", "silent"])
def test_a_stop_after_slack_has_gone_is_as_short(build: Build, how: str) -> None:
    town = build()
    town.bot.start()
    town.declares()
    eventually(town.at_rest)
    if how == "silent":
        town.outside._loop.call_soon_threadsafe(time.sleep, 6.0)
    else:
        town.outside._do(town.outside._running.stop())
    stops_quietly(town)
