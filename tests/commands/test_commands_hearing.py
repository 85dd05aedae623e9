"""A socket that is connected and hears nothing is found within a minute and replaced."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.condition import Level, impaired
from commands import hearing as module
from commands.hearing import Hearing


@dataclass
class Socket:
    """Hears what Slack sends it, unless it is deaf; being replaced mends it."""

    deaf: bool = False
    replaced: int = 0
    message_listeners: list[Any] = field(default_factory=list)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        assert force
        self.replaced += 1
        self.deaf = False
        await self.hear({"type": "hello"})

    async def hear(self, message: dict[str, str]) -> None:
        if not self.deaf:
            for listener in self.message_listeners:
                await listener(self, message, "")


@dataclass
class Slack:
    """Two sockets and a clock; an echo goes to each in turn."""

    sockets: list[Socket] = field(default_factory=lambda: [Socket(), Socket()])
    time: float = 0.0
    away: bool = False
    turn: int = 0

    async def echo(self) -> bool:
        if self.away:
            return False
        for _ in range(2):
            self.turn += 1
            await self.sockets[self.turn % 2].hear({"type": "events_api"})
        return True


@pytest.fixture
def slack() -> Slack:
    return Slack()


async def live(slack: Slack, hearing: Hearing, seconds: int) -> None:
    for _ in range(0, seconds, 5):
        slack.time += 5
        await hearing.look()


def watcher(slack: Slack) -> Hearing:
    return Hearing(slack.sockets, slack.echo, lambda: slack.time)


async def test_a_quiet_workspace_is_not_taken_for_deafness(slack: Slack) -> None:
    hearing = watcher(slack)
    await live(slack, hearing, 600)
    assert [socket.replaced for socket in slack.sockets] == [0, 0]
    assert (await hearing.probe()).level is Level.OK


async def test_one_deaf_socket_is_replaced_within_a_minute_while_the_other_hears(slack: Slack) -> None:
    hearing = watcher(slack)
    await live(slack, hearing, 100)
    slack.sockets[1].deaf = True
    await live(slack, hearing, 60)
    assert [socket.replaced for socket in slack.sockets] == [0, 1]


async def test_a_connection_that_cannot_be_replaced_holds_up_no_look_and_is_tried_again(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REPLACE_SECONDS", 0.01)
    gate = asyncio.Event()

    async def hangs(force: bool = False) -> None:
        slack.sockets[1].replaced += 1
        await gate.wait()

    monkeypatch.setattr(slack.sockets[1], "connect_to_new_endpoint", hangs)
    hearing = watcher(slack)
    slack.sockets[1].deaf = True
    await live(slack, hearing, 120)
    assert [socket.replaced for socket in slack.sockets] == [0, 1]
    gate.set()
    await live(slack, hearing, 30)
    assert [socket.replaced for socket in slack.sockets] == [0, 2]


async def test_when_all_are_deaf_readiness_says_so_until_one_hears_again(slack: Slack) -> None:
    hearing = watcher(slack)
    for socket in slack.sockets:
        socket.deaf = True
    await live(slack, hearing, 55)
    assert [socket.replaced for socket in slack.sockets] == [1, 1]
    assert await hearing.probe() == impaired("connected to Slack, and hears nothing")
    await live(slack, hearing, 20)
    assert (await hearing.probe()).level is Level.OK


async def test_silence_proves_nothing_where_slack_takes_no_echo(slack: Slack) -> None:
    slack.away = True
    hearing = watcher(slack)
    await live(slack, hearing, 600)
    assert [socket.replaced for socket in slack.sockets] == [0, 0]
