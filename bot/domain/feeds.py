"""Calendar feeds: secret links by which a calendar reads shifts, of one schedule or of one person, until revoked.

The token is derived from a secret of this installation and the feed, so that the same link can be shown again, and
what the database holds (a hash) opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from bot.domain.oncall import Slot
from bot.domain.people import Person, PersonId


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose link it is, and what it shows; it ends with the person as well."""

    hash: str
    person_id: PersonId
    schedule: str  # "": the person's own shifts
    made_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Almanac:
    """What a feed shows: stretches in order of time, and how often each schedule changed (it only rises)."""

    feed: Feed
    owner: Person
    held: list[Slot]
    people: dict[PersonId, Person]
    versions: dict[str, int]


def token_of(secret: bytes, person_id: PersonId, schedule: str, made_at: datetime) -> str:
    """43 characters that fit an address; 256 bits."""
    said = f"calendar/{person_id}/{made_at.timestamp()}/{schedule}"
    return urlsafe_b64encode(hmac.new(secret, said.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
