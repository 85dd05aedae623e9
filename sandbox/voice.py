"""Carries calls: rings a phone, speaks the bot's TwiML, hears keys, and tells the bot how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urljoin

from sandbox.background import Background
from sandbox.callbacks import Callbacks
from sandbox.carrier import API_VERSION, Carrier
from sandbox.clock import Clock
from sandbox.phones import ENDED, Call, Phone, Phones, new_sid
from sandbox.receipts import Receipts
from sandbox.twiml import BadTwiml, Gather, Hangup, Pause, Redirect, Reject, Say, Step, TextBack, read

ACTIONS = ("answer", "keys", "hangup", "busy", "no_answer", "voicemail")
KEYS = frozenset("0123456789*#")
CHARACTERS_A_SECOND = 14
MOST_DOCUMENTS = 50
"""Documents one call may go through before the network hangs up: TwiML that redirects to itself ends."""

_NOT_ANSWERED = {
    "busy": "busy",
    "hangup": "busy",
    "no_answer": "no-answer",
    "fail": "failed",
    "end": "canceled",
}


class BadAction(ValueError):
    """Something that cannot be done with a call now; the text says why."""


@dataclass(frozen=True)
class Page:
    """A TwiML document and where it came from (relative addresses start there)."""

    text: str
    url: str


class Ended(Exception):
    """The call ends with this state."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Voice:
    """Every call is a task that waits for what people do with their phone."""

    def __init__(
        self, phones: Phones, callbacks: Callbacks, clock: Clock, background: Background, carrier: Carrier
    ) -> None:
        self.phones = phones
        self.callbacks = callbacks
        self.clock = clock
        self.background = background
        self.carrier = carrier
        self.inbound_url = ""
        self._actions: dict[str, asyncio.Queue[tuple[str, str]]] = {}
        self._receipts: dict[str, Receipts] = {}

    def place(self, call: Call) -> None:
        """The bot calls somebody."""
        self._actions[call.sid] = asyncio.Queue()
        self.phones.keep(call)
        self.background.spawn(self._run(call))

    def dial(self, phone: Phone) -> Call:
        """A person calls the bot's number."""
        call = Call(new_sid("CA"), self.phones.own_number, phone.number, "inbound", self.clock.now())
        call.status, call.started, call.url = "in-progress", call.created, self.inbound_url
        self._actions[call.sid] = asyncio.Queue()
        self.phones.keep(call)
        self.background.spawn(self._run(call))
        return call

    def act(self, sid: str, action: str, digits: str = "") -> Call:
        """What a person does with a call. BadAction when that cannot be done."""
        call = self.phones.calls.get(sid)
        if call is None:
            raise BadAction("There is no call with this sid.")
        if action not in ACTIONS:
            raise BadAction(f"'action' must be one of {', '.join(ACTIONS)}.")
        waiting = self._actions.get(sid)
        if waiting is None or call.status in ENDED:
            raise BadAction(f"This call is over ({call.status}).")
        if call.status == "queued":
            raise BadAction("This call does not ring yet.")
        talking = call.status == "in-progress"
        if talking and action not in ("keys", "hangup"):
            raise BadAction("This call was answered: send keys or hang up.")
        if not talking and action == "keys":
            raise BadAction("Answer the call before you press keys.")
        if action == "keys" and not (digits and KEYS.issuperset(digits) and len(digits) <= 50):
            raise BadAction("'digits' must be keys of a phone: 0-9, * and #.")
        waiting.put_nowait((action, digits))
        return call

    def end(self, call: Call) -> None:
        """Twilio's side ends a call that is not over: completed if it was answered, else canceled."""
        if (waiting := self._actions.get(call.sid)) is not None:
            waiting.put_nowait(("end", ""))

    async def _run(self, call: Call) -> None:
        receipts = Receipts(call.callback, self.callbacks, self.clock, self.phones.switches, self.background)
        self._receipts[call.sid] = receipts
        try:
            machine = False if call.direction == "inbound" else await self._ring(call)
            await self._talk(call, machine=machine)
            self._close(call, "completed")
        except Ended as how:
            self._close(call, how.status)
        finally:
            receipts.finish()
            del self._actions[call.sid], self._receipts[call.sid]

    # --- before it is answered

    async def _ring(self, call: Call) -> bool:
        """Return once it was answered: True by a machine, False by a person."""
        self._tell(call, "initiated", "initiated")
        await asyncio.sleep(self.phones.switches.ring_ms / 1000)
        phone = self.phones.phones.get(call.to)
        taken = phone.calls if phone else "fail"
        if taken != "fail":
            self.phones.touch(call, "ringing")
            self._tell(call, "ringing", "ringing")
        if taken == "ring":
            due = self.clock.now() + timedelta(seconds=call.ring_seconds)
            taken, _ = await self._next_action(call, due) or ("no_answer", "")
        if taken in _NOT_ANSWERED:
            raise Ended(_NOT_ANSWERED[taken])
        self._answered(call, by_machine=taken == "voicemail")
        return taken == "voicemail"

    def _answered(self, call: Call, *, by_machine: bool) -> None:
        call.started = self.clock.now()
        if call.machine_detection:
            machine = "machine_start" if call.machine_detection == "Enable" else "machine_end_beep"
            call.answered_by = machine if by_machine else "human"
        if by_machine:
            self._note(call, "network", "Voicemail answers.")
        self.phones.touch(call, "in-progress")
        self._tell(call, "answered", "in-progress")

    # --- the conversation

    async def _talk(self, call: Call, *, machine: bool) -> None:
        page: Page | None = Page(call.twiml, "")
        if not call.twiml:
            page = await self._fetch(call, Page("", call.url), "", call.url_method, {})
        for _ in range(MOST_DOCUMENTS):
            if page is None:
                return
            page = await self._perform(call, page, machine=machine)
        self._note(call, "network", "Too many documents: the call is ended.")

    async def _perform(self, call: Call, page: Page, *, machine: bool) -> Page | None:
        """Do what a document says; the next document, or None when the call is at its end."""
        for step in self._steps(call, page):
            self._heed_hang_up(call)
            match step:
                case Say(text):
                    self._note(call, "bot", text)
                    await self._listen(call, _seconds(step))
                case Pause():
                    await self._listen(call, _seconds(step))
                case Gather() if (keys := await self._gather(call, step, machine=machine)) is not None:
                    return await self._fetch(call, page, step.action, step.method, {"Digits": keys})
                case Redirect(url, method):
                    return await self._fetch(call, page, url, method, {})
                case Hangup():
                    return None
                case Reject():
                    raise Ended("busy")
                case TextBack(text, to):
                    self.carrier.send(to or self._person(call), text)
        return None

    def _steps(self, call: Call, page: Page) -> list[Step]:
        try:
            return read(page.text)
        except BadTwiml as error:
            self._note(call, "network", f"An application error has occurred. ({error})")
            raise Ended("completed") from error

    async def _gather(self, call: Call, gather: Gather, *, machine: bool) -> str | None:
        """The keys to hand over; None when nothing was pressed and the document goes on."""
        for prompt in gather.prompts:
            if isinstance(prompt, Say):
                self._note(call, "bot", prompt.text)
        keys = await self._hear_out(call, gather) if machine else await self._keys(call, gather)
        if keys:
            self._note(call, "person", keys)
        return keys if keys or gather.action_on_empty else None

    async def _hear_out(self, call: Call, gather: Gather) -> str:
        """A machine records everything and presses nothing."""
        await self._listen(call, sum(map(_seconds, gather.prompts)) + gather.timeout)
        return ""

    async def _listen(self, call: Call, seconds: float) -> None:
        """What is said takes its time, unless somebody hangs up. Keys pressed meanwhile wait for the next Gather."""
        start = call.spoken_until or self.clock.now()  # one word follows the other, however far the clock jumped
        due = call.spoken_until = start + timedelta(seconds=seconds)
        early = []
        while (action := await self._next_action(call, due)) is not None:
            if action[0] != "keys":
                raise Ended("completed")
            early.append(action)
        for action in early:
            self._actions[call.sid].put_nowait(action)

    async def _keys(self, call: Call, gather: Gather) -> str:
        """What is pressed: the time to listen counts from the end of the prompts."""
        call.spoken_until = None
        due = self.clock.now() + timedelta(seconds=sum(map(_seconds, gather.prompts)) + gather.timeout)
        pressed = ""
        self._await_keys(call, awaited=True)
        try:
            while (action := await self._next_action(call, due)) is not None:
                if action[0] != "keys":
                    raise Ended("completed")
                pressed, done = _press(pressed, action[1], gather)
                if done:
                    break
                due = self.clock.now() + timedelta(seconds=gather.timeout)
        finally:
            self._await_keys(call, awaited=False)
        return pressed

    def _await_keys(self, call: Call, *, awaited: bool) -> None:
        call.awaits_keys = awaited
        self.phones.touch(call)

    def _heed_hang_up(self, call: Call) -> None:
        """End the call if someone hung up while the bot was thinking; keys wait for the next Gather."""
        actions = self._actions[call.sid]
        for _ in range(actions.qsize()):
            action = actions.get_nowait()
            if action[0] != "keys":
                raise Ended("completed")
            actions.put_nowait(action)

    async def _next_action(self, call: Call, due: datetime) -> tuple[str, str] | None:
        """What the person or Twilio's side does next; None when the sandbox's clock reaches `due` first."""
        action = asyncio.ensure_future(self._actions[call.sid].get())
        time_up = asyncio.ensure_future(self.clock.sleep_until(due))
        try:
            await asyncio.wait({action, time_up}, return_when=asyncio.FIRST_COMPLETED)
            return action.result() if action.done() else None
        finally:
            action.cancel()
            time_up.cancel()

    async def _fetch(self, call: Call, page: Page, address: str, method: str, extra: Mapping[str, str]) -> Page | None:
        url = urljoin(page.url, address)
        answer = await self.callbacks.fetch(url, self._form(call, call.status) | dict(extra), method) if url else None
        if answer is None:
            self._note(call, "network", "An application error has occurred.")
            return None
        return Page(answer, url)

    # --- what others see

    def _close(self, call: Call, status: str) -> None:
        call.ended = self.clock.now()
        self.phones.touch(call, status)
        self._tell(call, "completed", status)

    def _note(self, call: Call, by: str, text: str) -> None:
        call.spoken.append({"by": by, "text": text})
        self.phones.touch(call)

    def _person(self, call: Call) -> str:
        return call.from_ if call.direction == "inbound" else call.to

    def _tell(self, call: Call, event: str, status: str) -> None:
        if event not in call.callback_events:
            return
        stamp = format_datetime(self.clock.now())
        form = self._form(call, status) | {"CallbackSource": "call-progress-events", "Timestamp": stamp}
        form["SequenceNumber"] = str(call.sequence)
        call.sequence += 1
        if call.seconds is not None:
            form |= {"CallDuration": str(call.seconds), "Duration": str(-(-call.seconds // 60))}
        self._receipts[call.sid].tell(form)

    def _form(self, call: Call, status: str) -> dict[str, str]:
        form = {"CallSid": call.sid, "AccountSid": self.carrier.account, "From": call.from_, "To": call.to}
        form |= {"CallStatus": status, "ApiVersion": API_VERSION, "Direction": call.direction}
        return form | ({"AnsweredBy": call.answered_by} if call.answered_by else {})


def _seconds(prompt: Say | Pause) -> float:
    """How long it takes."""
    return len(prompt.text) / CHARACTERS_A_SECOND if isinstance(prompt, Say) else prompt.seconds


def _press(before: str, keys: str, gather: Gather) -> tuple[str, bool]:
    """What was pressed so far, and whether the bot gets it now."""
    pressed = before
    for key in keys:
        if key == gather.finish_on_key:
            return pressed, True
        pressed += key
        if len(pressed) == gather.num_digits:
            return pressed, True
    return pressed, False
