"""What every form is made of: how it is shown, read and sent, and what it remembers of where it was opened."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from typing import Any, Generic, TypeVar

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.own import Done
from bot.domain.people import Actor, Person, viewer_of
from bot.domain.picture import Picture
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.usecases import pictures
from bot.views.names import INPUT

F = TypeVar("F")

View = dict[str, Any]
#: What is wrong with which input.
Errors = Mapping[str, Refusal]

QUOTE_LIMIT = 1300  # characters of a message that fit a form's metadata (3,000), were every one a quotation mark


@dataclass(frozen=True, slots=True)
class Quote:
    """The message a form was opened from."""

    text: str
    permalink: str
    author: str  # Slack id; empty for bots
    ts: str

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(float(self.ts), UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a form carries from its opening to its submission: the incident or request, the channel, the message."""

    number: int | None = None
    channel: str = ""
    quote: Quote | None = None
    schedule: str = ""

    def write(self) -> str:
        """For `private_metadata`."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def read_opened(metadata: str) -> Opened:
    """The inverse of `Opened.write`; ValueError when it is none of ours."""
    data = json.loads(metadata)
    if not isinstance(data, dict):
        raise ValueError("no metadata of a form")
    quote = Quote(**data["quote"]) if data.get("quote") else None
    return Opened(data.get("number"), data.get("channel", ""), quote, data.get("schedule", ""))


@dataclass(frozen=True, slots=True)
class Desk:
    """What forms work with: the bot, and the way to find a person by Slack id."""

    bot: Bot
    find: Callable[[str], Awaitable[Person]]

    @property
    def now(self) -> datetime:
        return self.bot.clock.now()

    async def picture(self, number: int | None, by: Actor) -> Picture:
        """The incident a form is about, as the person may see it."""
        assert by.person is not None
        if number is None:
            raise Refusal("no_incident_here")
        return await pictures.picture(self.bot, number, viewer_of(by.person))


class Values:
    """What was entered, by block id."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._values: Mapping[str, Any] = state.get("values") or {}

    def _input(self, block_id: str) -> Mapping[str, Any]:
        return (self._values.get(block_id) or {}).get(INPUT) or {}

    def text(self, block_id: str) -> str:
        """Typed text, without spaces around it."""
        return str(self._input(block_id).get("value") or "").strip()

    def choice(self, block_id: str) -> str:
        """The value chosen from a menu."""
        return str((self._input(block_id).get("selected_option") or {}).get("value") or "")

    def ticked(self, block_id: str) -> frozenset[str]:
        """The boxes that are ticked."""
        return frozenset(str(one["value"]) for one in self._input(block_id).get("selected_options") or ())

    def person(self, block_id: str) -> str:
        """The Slack id of the person chosen."""
        return str(self._input(block_id).get("selected_user") or "")

    def has(self, block_id: str) -> bool:
        """Whether the form had this input."""
        return block_id in self._values

    def persons(self, block_id: str) -> tuple[str, ...]:
        """The Slack ids of the people chosen, in their order."""
        return tuple(str(one) for one in self._input(block_id).get("selected_users") or ())

    def clock(self, block_id: str) -> time:
        """The time of day chosen; midnight where none is."""
        return time.fromisoformat(str(self._input(block_id).get("selected_time") or "00:00"))

    def moment(self, block_id: str) -> datetime | None:
        """The date and time chosen."""
        seconds = self._input(block_id).get("selected_date_time")
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


@dataclass(frozen=True, slots=True)
class Modal(Generic[F]):
    """One form. `read` is pure; `submit` commits, and raises Refusal; `then` is the form that takes its place."""

    callback_id: str
    view: Callable[[Desk, Opened, Actor], Awaitable[View]]
    read: Callable[[Values], F | Errors]
    submit: Callable[[Desk, Opened, F, Actor], Awaitable[Answer | Done | Changed]]
    then: Callable[[Opened, Done], View | None] = lambda _opened, _done: None


def number_of(opened: Opened) -> int:
    """The incident of a form about one."""
    if opened.number is None:
        raise Refusal("no_incident_here")
    return opened.number
