"""A page by phone call. What became of it, its receipts tell: only a key is an ack (SPEC §7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import Never, Outcome, Sent
from bot.domain.picture import Job
from bot.views import speech
from clients.twilio_voice import Calls, asks, tells
from notify.phone import callback, others, sids_of_others


class VoicePage:
    """With `public_url` it asks for a key; without, for a text message."""

    def __init__(self, calls: Calls, public_url: str = "") -> None:
        self._calls = calls
        self._public_url = public_url

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: sid, status, seconds (how long it takes to say everything once)."""
        number = job.person.address("voice") if job.person else None
        if number is None:
            return Never("no_address")
        text = speech.page(job, now)
        rivals, under_way = others(job.row, job.others, now)
        outcome = await self._calls.call_once(
            job.row,
            number,
            self._twiml(job, text),
            taken=sids_of_others(job),
            rivals=rivals,
            under_way=under_way,
            status_callback=callback(self._public_url, "/twilio/call-status", job.row),
        )
        if isinstance(outcome, Sent):
            return replace(outcome, ref={**outcome.ref, "seconds": round(speech.seconds(text), 1)})
        return outcome

    def _twiml(self, job: Job, text: str) -> str:
        action = callback(self._public_url, "/twilio/voice", job.row)
        if action is None:
            return tells(text, speech.without_keys(job))
        return asks(text, speech.keys(job), speech.NO_KEY, action)
