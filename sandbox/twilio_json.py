"""The JSON of Twilio's resources and lists, with its filters and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from sandbox.carrier import API_VERSION, ERROR_TEXTS, segments
from sandbox.phones import Call, Sms

NUMBER_SID = "PN00000000000000000000000000000000"
PAGE_SIZE, LARGEST_PAGE = 50, 1000

Thing = TypeVar("Thing", Sms, Call)


def _stamp(at: datetime | None) -> str | None:
    return format_datetime(at.astimezone(UTC)) if at else None


def message_json(sms: Sms, account: str) -> dict[str, Any]:
    """A Message resource."""
    uri = f"/{API_VERSION}/Accounts/{account}/Messages/{sms.sid}"
    return {
        "account_sid": account,
        "api_version": API_VERSION,
        "body": sms.body,
        "date_created": _stamp(sms.created),
        "date_sent": _stamp(sms.sent),
        "date_updated": _stamp(sms.updated),
        "direction": sms.direction,
        "error_code": sms.error_code if sms.status in ("failed", "undelivered") else None,
        "error_message": ERROR_TEXTS.get(sms.error_code or 0) if sms.status in ("failed", "undelivered") else None,
        "from": sms.from_,
        "messaging_service_sid": sms.service_sid,
        "num_media": "0",
        "num_segments": str(segments(sms.body)),
        "price": None,
        "price_unit": "USD",
        "sid": sms.sid,
        "status": sms.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": sms.to,
        "uri": f"{uri}.json",
    }


def call_json(call: Call, account: str) -> dict[str, Any]:
    """A Call resource."""
    uri = f"/{API_VERSION}/Accounts/{account}/Calls/{call.sid}"
    seconds = call.seconds
    return {
        "account_sid": account,
        "answered_by": call.answered_by,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": _stamp(call.created),
        "date_updated": _stamp(call.updated),
        "direction": call.direction,
        "duration": None if seconds is None else str(seconds),
        "end_time": _stamp(call.ended),
        "forwarded_from": None,
        "from": call.from_,
        "from_formatted": call.from_,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": NUMBER_SID,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": _stamp(call.started),
        "status": call.status,
        "subresource_uris": {},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def account_json(account: str, now: datetime) -> dict[str, Any]:
    """The Account resource; like Twilio's, it shows no token here."""
    return {
        "sid": account,
        "owner_account_sid": account,
        "friendly_name": "Sandbox",
        "status": "active",
        "type": "Full",
        "auth_token": None,
        "date_created": _stamp(now),
        "date_updated": _stamp(now),
        "subresource_uris": {},
        "uri": f"/{API_VERSION}/Accounts/{account}.json",
    }


def number_json(number: str, account: str, urls: tuple[str, str], now: datetime) -> dict[str, Any]:
    """The IncomingPhoneNumber resource of the one number; `urls` are those for text messages and calls."""
    return {
        "sid": NUMBER_SID,
        "account_sid": account,
        "friendly_name": number,
        "phone_number": number,
        "sms_url": urls[0],
        "sms_method": "POST",
        "voice_url": urls[1],
        "voice_method": "POST",
        "status": "in-use",
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "api_version": API_VERSION,
        "date_created": _stamp(now),
        "date_updated": _stamp(now),
        "uri": f"/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{NUMBER_SID}.json",
    }


def matching(
    things: Iterable[Thing], wanted: Mapping[str, str], date_name: str, at: Callable[[Thing], datetime]
) -> list[Thing]:
    """What the filters To, From and the date (`DateSent`, `DateSent>`, `DateSent<`) leave, newest first."""
    found = [
        thing for thing in things if wanted.get("To") in (None, thing.to) and wanted.get("From") in (None, thing.from_)
    ]
    for sign in ("", ">", "<"):
        given = _moment(wanted.get(date_name + sign, ""), midnight_is_day=not sign)
        if given is not None:
            found = [thing for thing in found if _on_side(at(thing), sign, *given)]
    return list(reversed(found))


def _moment(text: str, *, midnight_is_day: bool) -> tuple[datetime, timedelta] | None:
    """A day or a moment, with its length; None for anything else."""
    text = text.removesuffix("T00:00:00Z") if midnight_is_day else text
    whole_day = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at, timedelta(days=1) if whole_day else timedelta(seconds=1)


def _on_side(at: datetime, sign: str, start: datetime, length: timedelta) -> bool:
    if sign == ">":
        return at >= start
    if sign == "<":
        return at < start + length
    return start <= at < start + length


def listing(request: web.Request, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of `rows`. A page token names the last row before it, so that new rows never shift a page."""
    size = _whole(request.query.get("PageSize"), PAGE_SIZE, 1, LARGEST_PAGE)
    number = _whole(request.query.get("Page"), 0, 0, 1_000_000)
    token = request.query.get("PageToken", "")
    sids = [row["sid"] for row in rows]
    start = sids.index(token[2:]) + 1 if token[2:] in sids else number * size
    page = rows[start : start + size]
    more = start + size < len(rows)
    return {
        key: page,
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(start, start + len(page) - 1),
        "uri": request.path_qs,
        "first_page_uri": _page_uri(request, {"Page": "0"}),
        "next_page_uri": _page_uri(request, {"Page": str(number + 1), "PageToken": f"PA{page[-1]['sid']}"})
        if more
        else None,
        "previous_page_uri": _page_uri(request, {"Page": str(number - 1)}) if number else None,
    }


def _page_uri(request: web.Request, changes: Mapping[str, str]) -> str:
    kept = {k: v for k, v in request.query.items() if k not in ("Page", "PageToken")}
    return f"{request.path}?{urlencode({'PageSize': str(PAGE_SIZE)} | kept | dict(changes))}"


def _whole(text: str | None, default: int, low: int, high: int) -> int:
    if not text or not text.isascii() or not text.isdigit():
        return default
    return max(low, min(high, int(text[:9])))
