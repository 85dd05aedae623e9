"""The one place where Slack's listeners meet the use cases: acks, refusals, doubts and bugs.

What changes something is committed first and then acked, within Slack's 3 s: a second for a person we have not met,
1.5 s for the change. A change that takes longer goes on (storage ends its unit), the person is told of the doubt, and
told again when it is settled. Nothing is ever raised into Bolt; an event that was not saved is left unacked, so that
Slack sends it again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot import crashpoints
from bot.bot import Bot
from bot.domain.delivery import Sent
from bot.domain.people import Actor, Person, Standing
from bot.domain.refusals import Refusal
from bot.ports import DatabaseUnavailable
from bot.usecases import people, pictures
from bot.usecases.once import AlreadyDone
from bot.usecases.schedules import DirectoryEntry
from bot.views import edge, helptext, home, texts
from bot.views.message import Message, say
from bot.views.refusals import refusal
from clients.slack import Slack, SlackFailed
from clients.slack_people import SLACKBOT
from commands.asking import Asked
from commands.doubles import Doubles
from commands.parser import Misread
from commands.telling import tell
from commands.tracked import Tasks
from modals.modal import Desk

log = logging.getLogger(__name__)

COMMIT_SECONDS = 1.5

T = TypeVar("T")

Act = Callable[[Actor], Awaitable[Message | None]]
Build = Callable[[Actor], Awaitable[dict[str, Any]]]


class Ending(Enum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"
    UNSAVED = "unsaved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Told:
    """How it ended, and what the person is told; no message where the room shows it."""

    ending: Ending
    message: Message | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Boundary:
    bot: Bot
    slack: Slack
    tasks: Tasks = field(default_factory=Tasks)
    doubles: Doubles = field(default_factory=Doubles)

    @property
    def desk(self) -> Desk:
        """What forms work with."""
        return Desk(self.bot, self.person)

    async def settle(self, asked: Asked, act: Act) -> Told:
        """Acts for the person, within the time that an ack allows. Never raises."""
        by = await self._safely(asked, lambda: self.actor(asked))
        if isinstance(by, Told):
            return by
        task = self.tasks.spawn(self._act(asked, act, by))
        done, _ = await asyncio.wait({task}, timeout=COMMIT_SECONDS)
        if done:
            return task.result()
        task.add_done_callback(lambda late: self._tell_late(asked, late))
        return Told(Ending.UNKNOWN, say(edge.unconfirmed()))

    async def _act(self, asked: Asked, act: Act, by: Actor) -> Told:
        answer = await self._safely(asked, lambda: act(by))
        crashpoints.hit("slack.before_ack")
        return answer if isinstance(answer, Told) else Told(Ending.DONE, answer)

    async def _safely(self, asked: Asked, work: Callable[[], Awaitable[T]]) -> T | Told:
        """The boundary: every failure becomes something to tell."""
        try:
            return await work()
        except Refusal as no:
            return Told(Ending.REFUSED, say(refusal(no)), no)
        except Misread as no:
            return Told(Ending.REFUSED, say(helptext.misread(no.code, no.data)))
        except AlreadyDone:
            return Told(Ending.DONE)
        except DatabaseUnavailable as problem:
            log.warning("not saved: %s", problem, extra={"user": asked.slack_id, "source": asked.source.value})
            if problem.unknown:
                return Told(Ending.UNKNOWN, say(edge.unconfirmed()))
            return Told(Ending.UNSAVED, say(texts.not_saved()))
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("bug %s", reference, extra={"user": asked.slack_id, "source": asked.source.value})
            return Told(Ending.UNSAVED, say(texts.bug(reference)))

    def _tell_late(self, asked: Asked, task: asyncio.Task[Told]) -> None:
        if not task.cancelled():
            told = task.result()
            self.tell(asked, told.message or say(edge.settled()))

    async def actor(self, asked: Asked) -> Actor:
        """The person as an actor; one we have not met is looked up in Slack first."""
        return Actor(await self.person(asked.slack_id, asked.name, foreign=asked.foreign), asked.source)

    async def person(self, slack_id: str, name: str = "", *, foreign: bool = False) -> Person:
        """Known, or met now; the bot itself is nobody. Raises Refusal.

        Where Slack does not answer in a second, what the payload says must do: an ack counts.
        """
        known = await people.known(self.bot, slack_id)
        if known is not None:
            return known
        if await self.is_bot(slack_id):
            raise Refusal("is_a_bot", name="Slackbot" if slack_id == SLACKBOT else "Tocsin")
        try:
            entry = await self.slack.people.entry(slack_id)
        except SlackFailed as problem:
            log.warning("met without the directory: %s", problem.code, extra={"user": slack_id})
            standing = Standing.OUTSIDER if foreign else Standing.MEMBER
            entry = DirectoryEntry(slack_id, name or slack_id, None, None, standing, True)
        return await people.meet(self.bot, entry, self.bot.clock.now())

    async def is_bot(self, slack_id: str) -> bool:
        """Ourselves, or Slackbot: neither can be paged, nor is the author of anything."""
        return slack_id in (SLACKBOT, (await self.slack.people.me()).user_id)

    def tell(self, asked: Asked, message: Message) -> None:
        """Says something to the person alone, after the listener returned."""
        self.tasks.spawn(tell(self.slack, asked, message))

    async def press(self, ack: AsyncAck, asked: Asked, button: str, act: Act) -> BoltResponse:
        """A button: committed, then acked; what there is to say follows. `button` tells a double press.

        Where nothing was saved there is no ack: Slack marks the button as failed, even if we die before we say so.
        """
        pressed = (asked.slack_id, asked.channel, button)
        if not self.doubles.first(pressed):
            return await ack()
        told = await self.settle(asked, act)
        if told.ending is not Ending.DONE:
            self.doubles.forget(pressed)
        if told.message is not None:
            self.tell(asked, told.message)
        if asked.at_home:
            self.refresh_home(asked)
        return BoltResponse(status=503) if told.ending is Ending.UNSAVED else await ack()

    async def hear(self, asked: Asked, act: Act) -> BoltResponse:
        """An event: acked only when it was saved, or can never be."""
        told = await self.settle(asked, act)
        if told.ending in (Ending.UNSAVED, Ending.UNKNOWN):
            return BoltResponse(status=503)
        if told.message is not None:
            self.tell(asked, told.message)
        return BoltResponse(status=200)

    async def open(self, ack: AsyncAck, asked: Asked, build: Build) -> BoltResponse:
        """A form: opened beside the ack, for its trigger expires in three seconds."""
        self.tasks.spawn(self._open(asked, build))
        return await ack()

    async def _open(self, asked: Asked, build: Build) -> None:
        async def shown() -> Message | None:
            try:
                await self.slack.people.open_view(asked.trigger_id, await build(await self.actor(asked)))
            except SlackFailed as problem:
                log.warning("a form was not opened: %s", problem.code, extra={"user": asked.slack_id})
                return say(edge.too_late())
            return None

        told = await self._safely(asked, shown)
        message = told.message if isinstance(told, Told) else told
        if message is not None:
            self.tell(asked, message)

    def refresh_home(self, asked: Asked) -> None:
        """Publishes App Home as it is now."""
        self.tasks.spawn(self._publish(asked))

    async def _publish(self, asked: Asked) -> None:
        now = self.bot.clock.now()
        shown = await pictures.home(self.bot, await self.person(asked.slack_id, asked.name), now)
        outcome = await self.slack.people.publish_home(asked.slack_id, home.home(shown, now))
        if not isinstance(outcome, Sent):
            log.warning("App Home was not published: %s", outcome.reason, extra={"user": asked.slack_id})
