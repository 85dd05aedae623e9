"""What shows who is on call beside App Home: rows that bring standing posts and Slack's user groups up to date.

They are written with the change that causes them and look at the rows when they go: of several changes only the newest
goes out, and of one post or group one at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import uuid4

from bot.bot import Bot
from bot.domain.delivery import Effect, Lane, NewRow
from bot.domain.groups import followed
from bot.domain.oncall import Schedule
from bot.domain.standing import StandingPost, touched
from bot.ports import Tx


async def follow(
    tx: Tx, schedules: Mapping[str, Schedule], changed: Collection[str] | None, now: datetime
) -> list[NewRow]:
    """For a change of some schedules, or (None) of what may be any of them; `schedules` are all there are."""
    posts = touched(await tx.standing.all(), changed, schedules)
    groups = [name for name, by in followed(schedules).items() if changed is None or set(changed) & set(by)]
    return [*(update_row(post, now) for post in posts), *(group_row(name, now) for name in groups)]


async def look_again(bot: Bot, now: datetime) -> None:
    """Edits every post, though it may show the same, and looks at every group: what was lost is found within a day."""

    async def work(tx: Tx) -> None:
        posts = [update_row(post, now, anew=True) for post in await tx.standing.all()]
        await tx.outbox.put([*posts, *(group_row(name, now) for name in followed(bot.posture().schedules))])

    await bot.write(work)


def update_row(post: StandingPost, now: datetime, *, anew: bool = False) -> NewRow:
    """The post as it is then; `anew`: also where it shows the same, to find out whether it is still there."""
    stream = stream_of(post)
    payload = {"post": post.id, "anew": anew}
    key = f"{stream}/{uuid4().hex}"
    return NewRow(key, Effect.STANDING_UPDATE, Lane.COSMETIC, now, payload=payload, stream=stream, coalesce=stream)


def stream_of(post: StandingPost) -> str:
    """What is done to one post goes in order."""
    return f"standing/{post.id}"


def group_row(name: str, at: datetime) -> NewRow:
    """Fills a user group with whoever is on call at that time, as the posture names it."""
    stream = f"group/{name}"
    payload = {"group": name}
    key = f"{stream}/{uuid4().hex}"
    return NewRow(key, Effect.GROUP_FILL, Lane.ROOM, at, payload=payload, stream=stream, coalesce=stream)
