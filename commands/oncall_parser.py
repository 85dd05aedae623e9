"""What people type after `/oncall`, read into values; pure. Every verb has one reader in the table below.

line     verb [rest]
me
contact  [address | code | remove phone|mail]     a code is six digits, an address anything else
help     [verb]
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.contacts import CODE_DIGITS, ContactKind
from bot.domain.spelling import nearest
from commands.oncall_lines import (
    AddContact,
    Me,
    OncallHelp,
    OncallLine,
    OncallVerb,
    ProveContact,
    RemoveContact,
)
from commands.parser import Misread
from commands.typed import plain

_CODE = re.compile(rf"\d{{{CODE_DIGITS}}}|\d{{3}}[ -]\d{{3}}", re.ASCII)
_REMOVE = ("remove", "delete", "forget")
_KINDS = {
    "phone": ContactKind.PHONE, "number": ContactKind.PHONE, "sms": ContactKind.PHONE, "voice": ContactKind.PHONE,
    "mail": ContactKind.EMAIL, "email": ContactKind.EMAIL, "e-mail": ContactKind.EMAIL,
}  # fmt: skip


def parse(text: str) -> OncallLine:
    """With Slack's escaping still in the text. Raises Misread."""
    first, *rest = plain(text).split(maxsplit=1) or [""]
    if not first:
        return OncallHelp()
    verb = _verb(first)
    return _READERS[verb](verb, rest[0].strip() if rest else "")


def _verb(word: str) -> OncallVerb:
    try:
        return OncallVerb(word.casefold())
    except ValueError:
        known = [member.value for member in OncallVerb]
        raise Misread("unknown_command", given=word, nearest=nearest(word, known) or "") from None


def _nothing_more(verb: OncallVerb, rest: str) -> None:
    if rest:
        raise Misread("unexpected", verb=verb.value, given=rest)


def _me(verb: OncallVerb, rest: str) -> OncallLine:
    _nothing_more(verb, rest)
    return Me()


def _contact(verb: OncallVerb, rest: str) -> OncallLine:
    words = rest.split()
    if words and words[0].casefold() in _REMOVE:
        kind = _KINDS.get(" ".join(words[1:]).casefold())
        if kind is None:
            raise Misread("unexpected", verb=verb.value, given=rest)
        return RemoveContact(kind)
    if _CODE.fullmatch(rest):
        return ProveContact(rest)
    return AddContact(rest.removeprefix("tel:"))


def _help(_: OncallVerb, rest: str) -> OncallLine:
    topic, *_more = rest.split() or [""]
    return OncallHelp(_verb(topic) if topic else None)


_READERS: dict[OncallVerb, Callable[[OncallVerb, str], OncallLine]] = {
    OncallVerb.ME: _me,
    OncallVerb.CONTACT: _contact,
    OncallVerb.HELP: _help,
}
