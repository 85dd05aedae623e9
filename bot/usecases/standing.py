"""Standing posts: put up in a channel, kept up to date in place, taken down, and ended where Slack has lost them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import Effect, Lane, NewRow, Row
from bot.domain.people import Actor
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed, Entry
from bot.domain.spelling import nearest
from bot.domain.standing import EVERY, GONE, SCHEDULE, TEAM, StandingPost, shown_by
from bot.ports import Tx
from bot.usecases.following import stream_of, update_row
from bot.usecases.notices import note_row

EFFECTS = frozenset({Effect.STANDING_POST, Effect.STANDING_UPDATE, Effect.STANDING_END})


def about(bot: Bot, name: str, *, team: bool = False) -> str:
    """What a post is about, by a name however it is capitalised; refuses one that means nothing."""
    posture = bot.posture()
    if not name:
        return EVERY
    known = {one.casefold(): one for one in (posture.teams if team else posture.schedules)}
    found = known.get(name.casefold(), "")
    if not found or not shown_by(f"{TEAM if team else SCHEDULE}{found}", posture.schedules):
        code = "unknown_team" if team else "unknown_schedule"
        raise Refusal(code, given=name, nearest=nearest(name, known.values()) or "")
    return f"{TEAM if team else SCHEDULE}{found}"


async def put_up(bot: Bot, channel: str, what: str, by: Actor, now: datetime) -> Changed:
    """One message in a channel that shows who is on call; `what` is of `about`. One that is there is put in order."""
    assert by.person is not None
    person = by.person
    check_member(person)
    if not channel.startswith(("C", "G")):
        raise Refusal("post_needs_channel")

    async def work(tx: Tx) -> Changed:
        data = {"about": what, "channel": channel}
        new = await tx.standing.put(StandingPost(0, channel, what, person.id, now))
        if new is None:
            there = [one for one in await tx.standing.all() if (one.channel, one.about) == (channel, what)]
            await tx.outbox.put([update_row(one, now, anew=True) for one in there])
            return Changed("posted_already", data)
        stream = stream_of(new)
        payload = {"post": new.id, "about": what}
        row = NewRow(f"{stream}/post", Effect.STANDING_POST, Lane.ROOM, now, payload=payload, stream=stream)
        await tx.outbox.put([row])
        await tx.administration.add(Entry(now, person.id, "", "post", "standing", after=data))
        return Changed("posted", data)

    return await bot.write(work)


async def take_down(bot: Bot, channel: str, what: str | None, by: Actor, now: datetime) -> Changed:
    """Ends a channel's post, or (None) all it has. Their messages stay and say that they are not kept up to date."""
    assert by.person is not None
    person = by.person
    check_member(person)

    async def work(tx: Tx) -> Changed:
        posts = [one for one in await tx.standing.all() if one.channel == channel and what in (None, one.about)]
        if not posts:
            raise Refusal("no_post_here")
        for post in posts:
            await tx.standing.end(post.id)
            before = {"about": post.about, "channel": post.channel}
            await tx.administration.add(Entry(now, person.id, "", "end post", "standing", before=before))
        await tx.outbox.put([_end_row(post, post.ts, now) for post in posts if post.ts is not None])
        return Changed("posts_ended", {"posts": len(posts)})

    return await bot.write(work)


def _end_row(post: StandingPost, ts: str, now: datetime) -> NewRow:
    stream = stream_of(post)
    payload = {"channel": post.channel, "ts": ts, "about": post.about}
    return NewRow(f"{stream}/end", Effect.STANDING_END, Lane.ROOM, now, payload=payload, stream=stream)


# --- what came of what went out


async def shown(tx: Tx, row: Row, ref: Mapping[str, object], now: datetime) -> None:
    """It is in the channel now, or shows what it should."""
    if row.effect is Effect.STANDING_END:
        return
    number, ts = int(str(row.payload["post"])), str(ref["ts"])
    there = await tx.standing.keep(number, ts, str(ref.get("shown", "")))
    if row.effect is Effect.STANDING_UPDATE:
        return
    post = await tx.standing.get(number) if there else None
    gone = StandingPost(number, str(ref["channel"]), str(row.payload.get("about", "")), 0, now)
    # posted without mentions, which would call people; an edit calls nobody
    await tx.outbox.put([update_row(post, now) if post is not None else _end_row(gone, ts, now)])


async def failed(tx: Tx, row: Row, reason: str, now: datetime) -> None:
    """What cannot be posted, or edited any more, ends; whoever asked for it is told why."""
    if row.effect not in EFFECTS or row.effect is Effect.STANDING_END:
        return
    if row.effect is Effect.STANDING_UPDATE and reason not in GONE:
        return
    post = await tx.standing.get(int(str(row.payload["post"])))
    if post is None:
        return
    await tx.standing.end(post.id)
    data = {"about": post.about, "channel": post.channel, "reason": reason, "posted": post.ts is not None}
    note = note_row(await tx.people.get(post.asked_by_id), "post_over", f"standing{post.id}", data, now)
    await tx.outbox.put([note] if note is not None else [])
