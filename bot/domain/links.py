"""One-time links in mails: each answers one page in one way, once (SPEC §8).

The token is derived from a secret of this installation and the page, so that every try of a mail bears the same
link, and what the database holds (a hash) opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.delivery import Page


class LinkVerb(StrEnum):
    ACK = "ack"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Link:
    hash: str
    page_id: int
    verb: LinkVerb
    used_at: datetime | None = None


def token_of(secret: bytes, page: Page, verb: LinkVerb) -> str:
    """43 characters that fit an address; 256 bits."""
    said = f"answer/{verb.value}/{page.key}/{page.id}/{page.created_at.timestamp()}"
    return urlsafe_b64encode(hmac.new(secret, said.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def links_of(secret: bytes, page: Page) -> list[Link]:
    """Every link of a page, to be written with it."""
    return [Link(hash_of(token_of(secret, page, verb)), page.id, verb) for verb in LinkVerb]
