"""A schedule of PagerDuty's as it finally is, with its overrides: REST API v2, reading only.

https://developer.pagerduty.com/api-reference/3a5719bcfb86b-get-a-schedule
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.domain.sources import MOST_ENTRIES, Entry, Named, Read, Trouble
from clients.http import Answer, Guarded, retry_after
from clients.webhook import allowed

API: Final = "https://api.pagerduty.com"
LIMIT: Final = 4 * 1024 * 1024
LONGEST_PAUSE: Final = timedelta(minutes=10)
_ID: Final = re.compile(r"[A-Z0-9]{6,20}")
_PAGE, _MOST_PAGES = 100, 10


class _Refused(Exception):
    """What keeps the schedule from being read."""

    def __init__(self, trouble: Trouble, again: timedelta | None = None) -> None:
        super().__init__(trouble.code)
        self.trouble, self.again = trouble, again


class PagerDutyRotas:
    """Build it inside the running loop, and close it. The host of `api_url` may be private: a setting names it."""

    def __init__(self, token: str, api_url: str = API) -> None:
        self._token, self._api = token, api_url.rstrip("/")
        self._http = Guarded(allowed(api_url))
        self._ids: dict[str, str] = {}
        self._people: dict[str, Named] = {}

    async def close(self) -> None:
        await self._http.close()

    async def read(self, schedule: str, start: datetime, end: datetime) -> Read:
        """Every shift of [start, end), whole, each with its person; `schedule` is an id or a name."""
        if not self._token:
            return Read(troubles=(Trouble("no_token"),))
        over = {"since": start.isoformat(), "until": end.isoformat()}
        try:
            number = await self._id(schedule)
            answer = await self._get(f"schedules/{number}", {**over, "overflow": "true", "time_zone": "UTC"}, schedule)
            slots = answer["schedule"]["final_schedule"]["rendered_schedule_entries"]
            if len(slots) > MOST_ENTRIES:
                raise _Refused(Trouble("too_long", f"{len(slots)} shifts"))
            if any(str(slot["user"]["id"]) not in self._people for slot in slots if slot.get("user")):
                await self._meet(number, over)
            return Read(tuple(self._entry(slot) for slot in slots if slot.get("user")))
        except _Refused as no:
            if no.trouble.code == "no_schedule":
                self._ids.pop(schedule, None)  # one of that name may have been made anew
            return Read(troubles=(no.trouble,), again=no.again)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as problem:
            return Read(troubles=(Trouble("unreadable", type(problem).__name__),))

    def _entry(self, slot: Mapping[str, Any]) -> Entry:
        user = slot["user"]
        known = self._people.get(str(user["id"])) or Named(name=str(user.get("summary") or user["id"]))
        return Entry(_time(slot["start"]), _time(slot["end"]), (known,))

    async def _id(self, schedule: str) -> str:
        """An id as it is; a name is looked up once, and must be that of one schedule alone."""
        if _ID.fullmatch(schedule):
            return schedule
        if schedule not in self._ids:
            found = [one for one in await self._named(schedule) if _same(str(one.get("name")), schedule)]
            if len(found) != 1:
                raise _Refused(Trouble("ambiguous" if found else "no_schedule", schedule))
            self._ids[schedule] = str(found[0]["id"])
        return self._ids[schedule]

    async def _named(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(_MOST_PAGES):
            asked = {"query": name, "limit": str(_PAGE), "offset": str(len(found))}
            answer = await self._get("schedules", asked, name)
            found += answer["schedules"]
            if not answer.get("more"):
                break
        return found

    async def _meet(self, number: str, over: Mapping[str, str]) -> None:
        """Everybody on call by it, with their mail addresses."""
        answer = await self._get(f"schedules/{number}/users", over, number)
        for user in answer["users"]:
            self._people[str(user["id"])] = Named(str(user.get("email") or ""), str(user.get("name") or ""))

    async def _get(self, path: str, asked: Mapping[str, str], schedule: str) -> dict[str, Any]:
        from yarl import URL

        headers = {
            "Accept": "application/vnd.pagerduty+json;version=2",
            "Authorization": f"Token token={self._token}",
            "User-Agent": "tocsin",
        }
        answer = await self._http.get(str(URL(f"{self._api}/{path}").with_query(asked)), headers, LIMIT)
        if not isinstance(answer, Answer):
            raise _Refused(Trouble("away", answer.reason))
        if answer.status == 404:
            raise _Refused(Trouble("no_schedule", schedule))
        if answer.status != 200:
            raise _Refused(Trouble("away", _refused(answer.status)), _again(answer))
        if len(answer.body) >= LIMIT:
            raise _Refused(Trouble("too_long", f"more than {LIMIT // 1024} KiB"))
        found = json.loads(answer.body)
        if not isinstance(found, dict):
            raise TypeError("no object")
        return found


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _refused(status: int) -> str:
    hint = ": check PAGERDUTY_API_TOKEN and PAGERDUTY_API_URL" if status in (400, 401, 402, 403) else ""
    return f"PagerDuty answered {status}{hint}"


def _again(answer: Answer) -> timedelta | None:
    """PagerDuty says how long in `ratelimit-reset`, in seconds, where it says nothing in `Retry-After`."""
    if answer.status not in (429, 503):
        return None
    reset = answer.headers.get("ratelimit-reset", "").strip()
    wish = retry_after(answer.headers, LONGEST_PAUSE)
    return wish or (min(timedelta(seconds=int(reset)), LONGEST_PAUSE) if reset.isdecimal() else None)
