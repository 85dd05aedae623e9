"""Everybody who keeps the bots busy: programs that declare, people who declare and answer, and time that passes.

Each is a thread. Programs send again until they get a 2xx, with the same key; people who hear nothing try something
else. What was confirmed to anybody is remembered as a promise.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any

from crash.fleet import Fleet
from crash.judge import Promises
from crash.ledger import Books
from sqlalchemy.exc import SQLAlchemyError
from town.outside import Refused
from town.town import ALERTMANAGER_TOKEN, INCIDENTS_TOKEN

from bot.views import names

#: Who is paged by the policy, and where they text from.
PAGED = {"U0ALICE": "+15550100001", "U0BOB": "+15550100002", "U0CAROL": "+15550100003", "U0DAVE": "+15550100004"}
#: How many incidents may page at once; then somebody acks. A long form has many, so that each death meets more pages.
MOST_OPEN, MANY_OPEN = 10, 40
#: Due rows and timers beyond which nobody adds to the work.
MOST_WAITING, MANY_WAITING = 60, 400
#: A press acked sooner than this (ms) was committed; later ones may have been acked in doubt, and told so.
_SURELY_SAVED = 1400
_PATIENCE = 60.0  # seconds a program sends again before it gives up; the harness then says so


class Crowd:
    """Start it, or only provoke it now and then; stop it before anything is judged."""

    def __init__(self, fleet: Fleet, books: Books, seed: int) -> None:
        self.fleet, self.books = fleet, books
        self.promises = Promises()
        self.given_up: list[str] = []
        self._clocks = threading.Lock()  # held while the clock moves, or must not
        self.refused = 0  # answers of 5xx: the sender comes again
        self.many, self.most_open, self.most_waiting = False, MOST_OPEN, MOST_WAITING
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._titles = 0
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def become_many(self) -> None:
        """More goes on at once, as in a long form."""
        self.many, self.most_open, self.most_waiting = True, MANY_OPEN, MANY_WAITING

    def start(self) -> None:
        """Everybody goes on by themselves until they are stopped."""
        for act in (self._program, self._people, self._answers, self._clock):
            self._spawn(lambda act=act: self._loop(act))  # type: ignore[misc]  # bound now

    def stop(self) -> None:
        """Returns when everybody is done with what they do."""
        self._over.set()
        for thread in self._threads:
            thread.join(_PATIENCE + 30)

    def stand_still(self) -> None:
        """From now on nobody moves the clock: a process that stands still would not hear of it."""
        self._clocks.acquire()

    def go_on(self) -> None:
        """The clock may move again."""
        self._clocks.release()

    def provoke(self, place: str) -> None:
        """Somebody does what leads to this place, and does not wait for what comes of it."""
        self._spawn(lambda: self._calmly(self._way_to(place)))

    def declare_now(self) -> None:
        """A program declares, and is answered before this returns."""
        self._declare(self._title())

    def everybody_acks(self) -> None:
        """Nobody is paged any more."""
        for number in self.books.open_incidents():
            self._types("U0ALICE", f"ack {number}")

    def _way_to(self, place: str) -> Callable[[], object]:
        if place.startswith("ack."):
            return lambda: any(self._by_button(user, 0) for user in PAGED)
        if place.startswith("timer."):
            return lambda: self.fleet.passes(300)
        if place.startswith("alert."):
            return lambda: self._alert(self._title())
        return self._declares if place.startswith("slack.") else lambda: self._declare(self._title())

    def _spawn(self, work: Callable[[], object]) -> None:
        def working() -> None:
            try:
                work()
            finally:
                self.fleet.outside.hang_up()

        thread = threading.Thread(target=working, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _loop(self, act: Callable[[], float]) -> None:
        while not self._over.is_set():
            pause = self._calmly(act)
            self._over.wait(pause if isinstance(pause, float) else 0.2)

    def _calmly(self, act: Callable[[], object]) -> object:
        """Nobody is upset by a bot that dies in the middle of an answer."""
        with suppress(Refused, OSError, HTTPException, SQLAlchemyError):
            return act()
        return None

    def _title(self) -> str:
        with self._lock:
            self._titles += 1
            title = f"case {self._titles} of something"
            self.promises.tried[title] = 1
            return title

    def _busy(self) -> bool:
        waiting = self.books.waiting(self.fleet.now())
        return waiting > self.most_waiting or len(self.books.open_incidents()) >= self.most_open

    # --- those who declare

    def _program(self) -> float:
        """A program of somebody's, or Alertmanager."""
        if self._busy():
            return 0.2
        if self._random.random() < 0.3:
            self._alert(self._title())
        else:
            self._declare(self._title())
        return self._random.uniform(0.05, 0.3)

    def _declare(self, title: str) -> None:
        severity = self._random.choice(["SEV1", "SEV2", "SEV2"])
        body = {"title": title, "severity": severity, "description": "as seen from outside"}
        headers = {"Authorization": f"Bearer {INCIDENTS_TOKEN}", "Idempotency-Key": title}
        answer = self._until_taken("/webhooks/incidents", body, headers)
        if answer is not None:
            self.promises.kept[title] = int(answer["incident_id"])

    def _alert(self, title: str) -> None:
        labels = {"alertname": title, "severity": "critical", "service": "payments-api"}
        one = {"status": "firing", "labels": labels, "annotations": {"summary": title}, "fingerprint": title}
        body = {"version": "4", "groupKey": title, "status": "firing", "alerts": [one]}
        answer = self._until_taken("/webhooks/alertmanager", body, {"Authorization": f"Bearer {ALERTMANAGER_TOKEN}"})
        if answer is not None:
            self.promises.kept[title] = int(answer["alerts"][0]["incident_id"])

    def _until_taken(self, path: str, body: object, headers: dict[str, str]) -> dict[str, Any] | None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError, HTTPException, ValueError):
                status, answer = self._post(path, json.dumps(body), headers)
                if 200 <= status < 300:
                    return answer
                self.refused += 1
                if status < 500:
                    self.given_up.append(f"{path} answered {status}: {answer}")
                    return None
            time.sleep(0.05)
        self.given_up.append(f"{path} was not taken within {_PATIENCE:g} s")
        return None

    def _post(self, path: str, body: str, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection("127.0.0.1", self.fleet.port, timeout=20)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def _people(self) -> float:
        if not self._busy():
            self._declares()
        return self._random.uniform(0.3, 0.9)

    def _declares(self) -> None:
        """Dave declares by hand; without an ack in time he does not know, and does not try again."""
        title = self._title()
        found = self._types("U0DAVE", f"declare {self._random.choice(['sev1', 'sev2'])} {title}")
        said = re.search(r"INC-(\d+) \(.*\) is declared", found)
        if said:
            self.promises.kept[title] = int(said[1])

    def _types(self, user: str, text: str) -> str:
        found = self.fleet.outside.post("slash", user=user, channel="C0INCIDENTS", command="/incident", text=text)
        return str((found.get("ack") or {}).get("text", ""))

    # --- those who answer

    def _answers(self) -> float:
        """Somebody who is paged answers: mostly an ack, at times a decline, or an escalation."""
        numbers = self.books.open_incidents()
        if len(numbers) < self.most_open * 0.6:
            return 0.2
        number, user = self._random.choice(numbers), self._random.choice(list(PAGED))
        ways = (self._by_button, self._by_button, self._by_reaction, self._by_sms, self._by_command, self._declines)
        self._random.choice(ways)(user, number)
        return self._random.uniform(0.02, 0.2)

    def _by_button(self, user: str, _number: int) -> bool:
        """Whether there was one to press."""
        buttons = self.fleet.outside.asked_of(user, names.ACK)
        if buttons:
            button = self._random.choice(buttons)
            number = int(button.pop("value").split(":")[0])
            ack = self.fleet.outside.post("press", user=user, **button)
            if ack.get("error") is None and ack["ms"] < _SURELY_SAVED:
                self.promises.acked.add(number)
        return bool(buttons)

    def _by_reaction(self, user: str, _number: int) -> None:
        buttons = self.fleet.outside.asked_of(user, names.ACK)
        if buttons:
            button = self._random.choice(buttons)
            self.fleet.outside.post("react", user=user, channel=button["channel"], ts=button["ts"], name="eyes")

    def _by_sms(self, user: str, number: int) -> None:
        self.fleet.outside.post("sms", **{"from": PAGED[user], "body": f"ack {number}"})

    def _by_command(self, user: str, number: int) -> None:
        said = self._types(user, self._random.choice([f"ack {number}", f"ack {number}", f"escalate {number} 2"]))
        if said.startswith(f"You acked INC-{number} "):
            self.promises.acked.add(number)

    def _declines(self, user: str, number: int) -> None:
        self._types(user, f"decline {number}")

    # --- time

    def _clock(self) -> float:
        """Minutes pass in a moment, unless there is much to do already."""
        with self._clocks:
            if self.books.waiting(self.fleet.now()) <= self.most_waiting:
                self.fleet.passes(self._random.choice([20, 61, 125, 300, 300]))
        return self._random.uniform(0.15, 0.4)
