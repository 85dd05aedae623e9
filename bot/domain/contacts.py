"""Addresses that people add themselves: each is proven by a code before anything is ever sent there as a page.

The code is derived from a secret of this installation and a number made for this one asking, so that the
database holds neither the code nor a hash that a million guesses would undo.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.people import PersonId
from bot.domain.refusals import Refusal

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
#: Codes that one person may ask for within the window, for one kind of address.
MOST_CODES = 5
CODES_WINDOW = timedelta(hours=1)

_PHONE = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)  # E.164
_BETWEEN = re.compile(r"[\s()./-]+")
_MAILBOX = re.compile(r"[^@\s<>,;\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)
_MAILBOX_MOST = 254  # RFC 5321, 4.5.3.1.3, without the brackets


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """One address of a person. While `pending` it waits for its code; a verified one stands beside it, or none."""

    person_id: PersonId
    kind: ContactKind
    pending: bool
    address: str
    verified_at: datetime | None = None
    nonce: str = ""  # the code's own number; empty where no code is out
    expires_at: datetime | None = None
    tries: int = 0  # wrong ones, of this code
    codes: int = 0  # asked for since `codes_since`
    codes_since: datetime | None = None


def read(kind: ContactKind, given: str) -> str:
    """The address as it is stored; raises Refusal for what is none."""
    text = given.strip()
    if kind is ContactKind.PHONE:
        number = _BETWEEN.sub("", text)
        number = f"+{number[2:]}" if number.startswith("00") else number
        if not _PHONE.fullmatch(number):
            raise Refusal("not_a_phone", given=text)
        return number
    if len(text) > _MAILBOX_MOST or not text.isascii() or not _MAILBOX.fullmatch(text):
        raise Refusal("not_a_mailbox", given=text)
    return text


def kind_of(given: str) -> ContactKind:
    """What somebody seems to have typed."""
    return ContactKind.EMAIL if "@" in given else ContactKind.PHONE


def masked(address: str) -> str:
    """An address as others may see it: `+1555•••0001`, `a•••@acme.example`."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}•••@{host}"
    return f"{address[:5]}•••{address[-4:]}" if len(address) > 10 else f"{address[:2]}•••{address[-2:]}"


def asked(before: Contact | None, new: Contact, nonce: str, now: datetime) -> Contact:
    """The contact with a fresh code out; raises Refusal where too many were asked for."""
    since = before.codes_since if before else None
    codes = before.codes if before else 0
    if since is None or now - since >= CODES_WINDOW:
        since, codes = now, 0
    if codes >= MOST_CODES:
        left = since + CODES_WINDOW - now
        raise Refusal("too_many_codes", minutes=max(1, -(-int(left.total_seconds()) // 60)))
    return replace(
        new, nonce=nonce, expires_at=now + CODE_LIFE, tries=0, codes=codes + 1, codes_since=since, verified_at=None
    )


def awaits_code(contact: Contact, now: datetime) -> bool:
    return bool(contact.nonce) and contact.expires_at is not None and now < contact.expires_at


def code_of(secret: bytes, contact: Contact) -> str:
    """The six digits that prove this address."""
    said = f"code/{contact.person_id}/{contact.kind.value}/{contact.address}/{contact.nonce}"
    digest = hmac.new(secret, said.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def same_code(given: str, right: str) -> bool:
    """Spaces and dashes that people put between digits do not count."""
    return hmac.compare_digest(re.sub(r"[\s-]", "", given).encode(), right.encode())
