"""What the world lacks of the posture in force: told once to admins, and once more when it is mended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import NewRow
from bot.domain.inspection import CODES, Around, Lack, Reached, Seen, lacks, reached
from bot.domain.people import Person, Standing
from bot.domain.posture import Posture
from bot.domain.readiness import Gap, compared
from bot.domain.rota import stamp
from bot.ports import Tx
from bot.usecases.notices import note_row


async def around(tx: Tx, posture: Posture, notifiers: Collection[str]) -> Around:
    """What the database knows of the posture's people, and where standing posts are."""
    people = await tx.people.by_handles(set(posture.people))
    known = {handle: await _reached(tx, person) for handle, person in people.items()}
    posts = tuple((post.about, post.channel) for post in await tx.standing.all())
    return Around(known, posts, frozenset(notifiers))


async def _reached(tx: Tx, person: Person) -> Reached:
    waiting = [one.kind.value for one in await tx.contacts.of(person.id) if one.pending and one.nonce]
    return reached(person, waiting)


async def tell(bot: Bot, seen: Seen, now: datetime) -> tuple[int, int]:
    """The nightly look: how many lacks were new, and how many mended. A second time on one day does nothing.

    What Slack did not say of this time is neither new nor mended.
    """

    posture = bot.posture()
    known = await bot.db.read(lambda tx: around(tx, posture, bot.config.notifiers))
    found = [_gap(lack) for lack in lacks(posture, seen, known)]

    async def work(tx: Tx) -> tuple[int, int]:
        if not await tx.inbox.first("inspection", f"{now:%Y-%m-%d}", now):
            return 0, 0
        told = [gap for gap in await tx.gaps.told() if gap.code in _said(seen)]
        new, mended, over = compared(told, found, now)
        await tx.gaps.add(new, now)
        await tx.gaps.close([*mended, *over], now)
        admins = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
        await tx.outbox.put([*_rows(admins, "audit_found", new, now), *_rows(admins, "audit_mended", mended, now)])
        return len(new), len(mended)

    return await bot.write(work)


def _said(seen: Seen) -> set[str]:
    """The codes that can be judged by what Slack said."""
    unsaid = {"INC406"} if seen.groups is None else set()
    return set(CODES) - unsaid - ({"INC407"} if seen.channels is None else set())


def _gap(lack: Lack) -> Gap:
    """As a row: a gap that lasts until it is mended."""
    return Gap(lack.code, f"{lack.section}/{lack.name}", other=lack.given)


def _lack(gap: Gap) -> Lack:
    section, _, name = gap.schedule.partition("/")
    return Lack(gap.code, section, name, gap.other)


def _rows(admins: Sequence[Person], code: str, gaps: Sequence[Gap], now: datetime) -> list[NewRow]:
    data = {"lacks": [asdict(_lack(gap)) for gap in gaps]}
    rows = [note_row(admin, code, str(stamp(now)), data, now) for admin in admins if gaps]
    return [row for row in rows if row is not None]
