"""Links by which a page is answered from a mail: written with the page, shown with its mail."""

from __future__ import annotations

from collections.abc import Mapping

from bot.bot import Config
from bot.domain.delivery import Page
from bot.domain.links import LinkVerb, links_of, token_of
from bot.domain.people import Person
from bot.usecases.change import Change

PATH = "/answer/"


def offered(config: Config) -> bool:
    """Whether mails bear links at all: they need an address that leads to us, and a secret."""
    return bool(config.public_url and config.secret) and "email" in config.notifiers


async def offer(change: Change, person: Person, page: Page) -> None:
    """Writes the links of a page that goes, or may go, by mail."""
    if offered(change.bot.config) and person.mailbox:
        await change.tx.links.add(links_of(change.bot.config.secret, page))


def addresses(config: Config, page: Page) -> Mapping[str, str]:
    """The address of each link of a page, by verb; none where mails bear no links."""
    if not offered(config):
        return {}
    return {verb.value: f"{config.public_url}{PATH}{token_of(config.secret, page, verb)}" for verb in LinkVerb}
