"""The picture of `/oncall fairness`: painted and sent to whoever asked, after they have been answered in words."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from bot.domain.fairness import Load
from bot.domain.people import Person, PersonId
from bot.views.fairness_picture import described, fairness_picture
from clients import painting
from clients.slack_files import File
from commands.boundary import Boundary

log = logging.getLogger(__name__)


async def send(
    edge: Boundary, to: Person, name: str, days: int, loads: Mapping[PersonId, Load], people: Mapping[PersonId, Person]
) -> None:
    """As a file in their direct message with us: it needs no address by which Slack could fetch it."""
    if to.slack_id is None:
        return
    channel = to.dm_channel or await edge.slack.people.open_dm(to.slack_id)
    if not isinstance(channel, str):
        log.info("a picture is not sent: %s", channel)
        return
    image = await painting.png(fairness_picture(name, days, loads, people))
    title, alt = f"Fairness of {name}, last {days} days", described(name, days, loads, people)
    shared = await edge.slack.files.share(channel, f"fairness-{days}d.png", title, image, alt[:1000])
    if not isinstance(shared, File):
        log.info("a picture is not sent: %s", shared)
