"""Answers by mail: what a one-time link shows, and what its button does. Looking never changes anything.

Mail scanners follow every link of a mail, so only the press of the button (a POST) is an answer (SPEC §8).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Page, PageState
from bot.domain.links import Link, LinkVerb, hash_of, token_of
from bot.domain.people import EVERYTHING, Actor, Person, Source
from bot.domain.picture import Picture
from bot.domain.refusals import Refusal
from bot.ports import Tx
from bot.usecases import links, pictures, responders
from bot.usecases.once import AlreadyDone, guarded


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link asks, as things stand. `waits`: its button would still be an answer."""

    verb: LinkVerb
    picture: Picture
    page: Page
    person: Person
    waits: bool
    other: str = ""  # the token of the page's other answer, while it waits
    answer: Answer | None = None  # what was done by this very press
    refused: Refusal | None = None


async def look(bot: Bot, token: str) -> Asked | None:
    """What the link asks; None for one that is none of ours."""

    async def work(tx: Tx) -> Asked | None:
        link = await tx.links.get(hash_of(token))
        return await _asked(bot, tx, link) if link is not None else None

    return await bot.db.read(work)


async def press(bot: Bot, token: str, now: datetime) -> Asked | None:
    """Does what the link says, once, while its page is open; a link that was used or is over changes nothing."""
    asked = await look(bot, token)
    if asked is None or not asked.waits:
        return asked
    act = responders.ack if asked.verb is LinkVerb.ACK else responders.decline
    by = Actor(asked.person, Source.EMAIL)
    answer = refused = None
    try:
        answer = await act(guarded(bot, _unused(hash_of(token), asked.page.id, now)), asked.page.incident_id, by, now)
    except Refusal as no:
        refused = no
    except AlreadyDone:  # pressed twice at once, or the page closed meanwhile
        pass
    after = await look(bot, token)
    return replace(after, answer=answer, refused=refused) if after else None


def _unused(digest: str, page_id: int, now: datetime) -> Callable[[Tx], Awaitable[bool]]:
    """Uses the link up in the transaction of the answer, while the page still asks."""

    async def guard(tx: Tx) -> bool:
        page = await tx.pages.get(page_id)
        return page.state is PageState.OPEN and await tx.links.use(digest, now)

    return guard


async def _asked(bot: Bot, tx: Tx, link: Link) -> Asked | None:
    page = await tx.pages.get(link.page_id)
    incident = await tx.incidents.get(page.incident_id, EVERYTHING)
    if incident is None:
        return None
    picture = await pictures.picture_in(bot, tx, incident)
    person = await tx.people.get(page.person_id)
    waits = incident.open and page.state is PageState.OPEN and link.used_at is None
    other = LinkVerb.DECLINE if link.verb is LinkVerb.ACK else LinkVerb.ACK
    shown = token_of(bot.config.secret, page, other) if waits and links.offered(bot.config) else ""
    return Asked(link.verb, picture, page, person, waits, shown)
