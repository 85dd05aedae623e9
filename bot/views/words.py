"""Words: outside text made harmless, times and durations, lists of names. Everything shown goes through here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.people import Person

#: Control characters, direction overrides, invisible tags and lone surrogates: they can hide or reverse what
#: is read, or cannot be sent at all. Newlines and tabs stay.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"\s+")
#: An address that stands by itself between spaces. One inside `<…|…>` is never made a link.
_ADDRESS = re.compile(
    r"(?<![^\s(])https?://[\w.-]+[.:][\w-]+(?:[/?#](?:[\w\-.~:/?#@!$'()*+,;=%]|&amp;)*)?(?![^\s)])", re.ASCII
)
_SLACK_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}", re.ASCII)
#: What Slack takes for formatting, the marks of it, and letters that look like them.
_MARKED = re.compile(r"(?<!\w)([*_~`])(?=\S).*?\S?\1(?!\w)")
_AT_A_WORD = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_ALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_WEB = re.compile(r"https?://[\w\-.~:/?#@!$&'()*+,;=%\[\]]+", re.ASCII)

_URL = 2900  # characters; a button's address may have 3,000
#: From this distance on a time is shown with its date.
_SAME_DAY = timedelta(hours=12)


def safe(text: str) -> str:
    """Without characters that deceive the eye or break the wire; Windows line ends become newlines."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Safe, on one line."""
    return _SPACE.sub(" ", safe(text)).strip()


def escape(text: str) -> str:
    """Outside text for any field of Slack's: it can mention nobody and fake no link (SPEC §4)."""
    return safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def flat(text: str) -> str:
    """Outside text amid our own mrkdwn: escaped, and its `*`, `_`, `~` and backticks make nothing bold or struck."""
    shown = escape(text)
    return _AT_A_WORD.sub(lambda found: _ALIKE[found.group(0)], shown) if _MARKED.search(shown) else shown


def linked(text: str) -> str:
    """Escaped, with web addresses that stand by themselves made links that show where they lead."""
    return _ADDRESS.sub(lambda found: f"<{found.group(0)}>", escape(text))


def clip(text: str, limit: int) -> str:
    """The same for escaped text: never cut within an entity or a `<…>` token."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    opened = cut.rfind("<")
    if opened > cut.rfind(">"):
        cut = cut[:opened]
    amp = cut.rfind("&")
    if amp > cut.rfind(";") and len(cut) - amp < 5:
        cut = cut[:amp]
    return cut.rstrip() + "…"


def cut(text: str, limit: int) -> str:
    """Raw text of at most `limit` characters, an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shortened(text: str, limit: int) -> str:
    """The same, between words where there is a space to cut at."""
    if len(text) <= limit:
        return text
    kept = text[:limit].rpartition(" ")[0] or text[: limit - 1]
    return kept.rstrip(" .,;:") + "…"


def quoted(text: str) -> str:
    """Typed text as a block quote, line by line."""
    return "\n".join(f"> {line}" for line in linked(text).strip().split("\n"))


def link(url: str, label: str) -> str:
    """A Slack link; the label alone where the address is not one of the web."""
    address = web(url)
    return f"<{address.replace('&', '&amp;')}|{escape(label)}>" if address else escape(label)


def web(url: str) -> str:
    """An http(s) address as it may stand in a link, a button or an SMS; empty for anything else.

    Letters beyond ASCII are percent-encoded; characters that could end the link or hide its end are refused.
    """
    address = quote(url.strip(), safe="%/:=&?~#+!$,;'@()*[]")
    return address if len(address) <= _URL and _WEB.fullmatch(address) and not _UNSAFE.search(url) else ""


def mention(person: Person) -> str:
    """A mention, which notifies; the name where the person is not in Slack."""
    if person.slack_id and _SLACK_ID.fullmatch(person.slack_id):
        return f"<@{person.slack_id}>"
    return escape(one_line(person.name))


def passed_over(person: Person) -> str:
    """What follows the name of somebody on call whom no page reaches; empty for everybody else."""
    return "" if person.active else " (⚠️ deactivated: pages pass over them)"


def channel(channel_id: str) -> str:
    """A link to a Slack channel by its id."""
    return f"<#{channel_id}>" if _SLACK_ID.fullmatch(channel_id) else escape(channel_id)


def at(moment: datetime, now: datetime) -> str:
    """A time in the reader's own zone (Slack fills it in), with UTC where Slack cannot."""
    form = "{time}" if abs(moment - now) < _SAME_DAY else "{date_short} {time}"
    return f"<!date^{int(moment.timestamp())}^{form}|{clock(moment, now)}>"


def clock(moment: datetime, now: datetime, zone: str = "UTC") -> str:
    """A time with its zone: `03:25 UTC`, `04:25 CET`, or `21 Nov 03:25 UTC` when it is not near.

    A zone that is not known here is UTC; one without letters of its own is named by its city: `06:25 (Istanbul)`.
    """
    local = moment.astimezone(_zone(zone))
    letters = local.tzname() or ""
    named = letters if letters.isalpha() else f"({zone.rpartition('/')[2].replace('_', ' ')})"
    if abs(moment - now) < _SAME_DAY:
        return f"{local:%H:%M} {named}"
    year = "" if local.year == now.astimezone(local.tzinfo).year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {local:%H:%M} {named}"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def duration(span: timedelta) -> str:
    """`under a minute`, `12 min`, `1 h 05 min`, `2 d 3 h`."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "under a minute"
    hours, minute = divmod(minutes, 60)
    if hours < 1:
        return f"{minute} min"
    if hours < 24:
        return f"{hours} h {minute:02} min" if minute else f"{hours} h"
    days, hour = divmod(hours, 24)
    return f"{days} d {hour} h" if hour else f"{days} d"


def exactly(seconds: float) -> str:
    """`40 s`, `1 min 05 s`, `1 h 05 min 00 s`; tenths below ten seconds, and never less than nothing."""
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minute = divmod(minutes, 60)
    return f"{hours} h {minute:02} min {rest:02} s" if hours else f"{minute} min {rest:02} s"


def after(span: timedelta) -> str:
    """`within a minute`, `after 12 min`."""
    return f"after {duration(span)}" if span >= timedelta(minutes=1) else "within a minute"


def until(moment: datetime, now: datetime) -> str:
    """`in 5 min`; `now` when it is due. Rounded up, so that nobody is told less time than they have left."""
    seconds = (moment - now).total_seconds()
    if seconds <= 0:
        return "now"
    return f"in {duration(timedelta(minutes=-(-int(seconds) // 60)))}"


def series(words: Sequence[str], most: int = 8) -> str:
    """`A`, `A and B`, `A, B and C`; from `most` on the rest is counted."""
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def count(number: int, word: str) -> str:
    """`1 alert`, `2 alerts`."""
    return f"{number} {word}" if number == 1 else f"{number:,} {word}s"


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def is_are(words: Sequence[object]) -> str:
    return "is" if len(words) == 1 else "are"


def sentence(text: str) -> str:
    """With a capital at the start and a full stop at the end."""
    text = text.strip()
    if not text:
        return ""
    ended = text if text[-1] in ".!?…:" else f"{text}."
    return ended[0].upper() + ended[1:]


#: What people call the notifiers.
NOTIFIERS = {"slack": "Slack", "sms": "SMS", "email": "email", "voice": "phone call", "webhook": "webhook",
             "pagerduty": "PagerDuty"}  # fmt: skip


def notifier(name: str) -> str:
    """A notifier's name for people."""
    return NOTIFIERS.get(name, escape(name))


_SOURCES = {"slack": "Slack", "sms": "SMS", "pagerduty": "PagerDuty", "alertmanager": "Alertmanager"}


def source(name: str) -> str:
    """Where an act came from, for people: `Slack button`, `SMS`. Raw."""
    return " ".join(_SOURCES.get(word, word) for word in one_line(name).split(" "))


def strings(value: object) -> list[str]:
    """The texts of a data field that holds one text or several."""
    if value is None or value == "":
        return []
    if isinstance(value, (list, tuple, set, frozenset)):
        return [str(item) for item in value]
    return [str(value)]
