"""The first emoji on what asks for an answer: the bot puts them there, so that answering is one tap, and takes them
back from a page that asks for nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import Effect, Lane, NewRow, Page, PageState, Row


def on_card(bot: Bot, row: Row, posted: Mapping[str, object], now: datetime) -> list[NewRow]:
    """`row` posted the card at `posted`, which names channel and ts."""
    return _rows(bot.posture().emoji.ack[:1], f"react/{row.key}", Effect.REACTION_ADD, row, posted, now)


def on_page(bot: Bot, page: Page, row: Row, posted: Mapping[str, object], now: datetime) -> list[NewRow]:
    """`row` posted the page."""
    return _rows(_of_pages(bot), f"react/{page.key}", Effect.REACTION_ADD, row, posted, now)


def taken_back(bot: Bot, page: Page, row: Row, now: datetime) -> list[NewRow]:
    """`row` updated the page's message, whose place it names; nothing while the page is open. Once a page."""
    if page.state is PageState.OPEN:
        return []
    return _rows(_of_pages(bot), f"react/{page.key}", Effect.REACTION_REMOVE, row, row.payload, now)


def _of_pages(bot: Bot) -> tuple[str, ...]:
    emoji = bot.posture().emoji
    return emoji.ack[:1] + emoji.decline[:1]


def _rows(
    names: tuple[str, ...], stream: str, effect: Effect, row: Row, place: Mapping[str, object], now: datetime
) -> list[NewRow]:
    """In one stream: what is taken back was put there before."""
    return [
        NewRow(
            key=f"{stream}/{effect.value}/{name}",
            effect=effect,
            lane=Lane.COSMETIC,
            not_before=now,
            incident_id=row.incident_id,
            payload={"channel": place["channel"], "ts": place["ts"], "name": name},
            stream=stream,
        )
        for name in names
    ]
