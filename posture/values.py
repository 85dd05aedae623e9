"""The small types of the language: each reads one scalar and says in a sentence what it wanted instead.

A type keeps the scalar itself where the text is a reference or is shown, because the scalar knows its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from bot.domain import severity
from posture.findings import Mark, nearest
from posture.section import WORDS
from posture.tree import Map, Scalar, Seq

#: Words that targets use; nothing may be named like them.
ON_CALL: Final = "on-call"
TEAM: Final = "team"
KINDS: Final = ("person", "position", "schedule", "team", "user-group", "policy")
_RESERVED: Final = frozenset({ON_CALL, *KINDS})

_NAME: Final = re.compile(r"[^\W_][\w.-]{0,63}")  # of teams, services, policies, schedules, positions
_HANDLE: Final = re.compile(r"[^\W\d_][\w.-]{0,63}")  # of people; never all digits, which would be an id
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL: Final = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")
_SLACK: Final = re.compile(r"[UW][A-Z0-9]{2,30}")
_URL: Final = re.compile(r"https?://[^\s<>|]+")
_CHANNEL: Final = re.compile(r"#?([^\s#@,.:;<>()A-Z]{1,80})")
_EMOJI: Final = re.compile(r":?([a-z0-9_+'-]{1,100}):?")
USER_GROUP: Final = re.compile(r"@?([a-z0-9][\w.-]{0,79}|S[A-Z0-9]{2,30})")
_EVERYBODY: Final = ("here", "channel", "everyone")
_WORDS_LIMIT: Final = 500
_ROOM: Final = re.compile(r"(?:[a-z0-9_-]|\{id\}|\{slug\}){1,60}")


def said(words: str, *examples: str, type: str | list[str] = "string", **schema: Any) -> WithJsonSchema:
    """How a type is told of where it is not read: in the JSON Schema and the tables of keys."""
    return WithJsonSchema({"type": type, WORDS: words, **({"examples": [*examples]} if examples else {}), **schema})


def wrong(code: str, message: str, fix: str = "", mark: Mark | None = None) -> PydanticCustomError:
    """The error a validator raises; `mark` where it stands, if that is not where the value begins."""
    context: dict[str, Any] = {"message": message, "fix": fix, "mark": mark}
    return PydanticCustomError(code, "{message}", context)


def kind(value: object) -> str:
    """What a value is, for "expected …, found …"."""
    if value is None:
        return "nothing"
    if isinstance(value, Seq):
        return "a list"
    if isinstance(value, Map):
        return "a mapping"
    return f"`{value}`" if str(value).strip() else "nothing"


def text_of(value: object, wanted: str) -> Scalar:
    """The scalar, where it is one with something in it; `wanted` words the finding otherwise."""
    if not isinstance(value, Scalar) or not value.strip():
        raise wrong("INC105", f"Expected {wanted}, found {kind(value)}.", f"Write {wanted}.")
    return value


def _matching(pattern: re.Pattern[str], code: str, wanted: str, fix: str) -> Callable[[object], Scalar]:
    def check(value: object) -> Scalar:
        text = text_of(value, wanted)
        if len(text) > _WORDS_LIMIT or not pattern.fullmatch(text):
            raise wrong(code, f"`{text}` is not {wanted}.", fix)
        return text

    return check


def _words(value: object) -> Scalar:
    text = text_of(value, "text")
    line = " ".join(text.split())
    if len(line) > _WORDS_LIMIT:
        raise wrong("INC106", f"This text has {len(line)} characters.", f"Shorten it to {_WORDS_LIMIT}.")
    if not line.isprintable():
        raise wrong("INC106", "This text holds a control character.", "Remove it.")
    return Scalar(line, text.mark)


def _named(pattern: re.Pattern[str], wanted: str) -> Callable[[object], Scalar]:
    check = _matching(pattern, "INC106", wanted, "Use letters, digits, `-`, `_` and `.`, without spaces.")

    def name(value: object) -> Scalar:
        text = check(value)
        if text in _RESERVED:
            raise wrong("INC106", f"`{text}` is a word of the language.", "Choose another name.")
        return text

    return name


def _flag(value: object) -> bool:
    if isinstance(value, Scalar) and value.kind == "bool":
        return value.lower() == "true"
    raise wrong("INC105", f"Expected true or false, found {kind(value)}.", "Write `true` or `false`.")


def _count(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        text = text_of(value, "a whole number")
        if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
            raise wrong("INC105", f"Expected a whole number from {low} to {high}, found `{text}`.")
        return int(text)

    return check


def _phone(value: object) -> Scalar:
    text = text_of(value, "a phone number")
    if not _PHONE.fullmatch(text):
        bare = re.sub(r"[\s().\-/]", "", text)
        better = f"Write `{bare}`." if _PHONE.fullmatch(bare) else "Write + and the country code: `+15550100001`."
        raise wrong("INC110", f"`{text}` is not a phone number in international form.", better)
    return text


def _severity(value: object) -> Scalar:
    text = text_of(value, "a severity")
    name = severity.canonical(text)
    if name is None:
        raise wrong("INC113", f"`{text}` is not a severity.", "Write `SEV1` or `P1`, up to 9.")
    return Scalar(name, text.mark)


def _captured(pattern: re.Pattern[str], wanted: str, fix: str) -> Callable[[object], Scalar]:
    """Text without the decoration people write around it."""
    check = _matching(pattern, "INC106", wanted, fix)

    def strip(value: object) -> Scalar:
        text = check(value)
        match = pattern.fullmatch(text)
        assert match is not None  # `check` has just seen to it
        return Scalar(match[1], text.mark)

    return strip


def _room_pattern(value: object) -> Scalar:
    wanted = "a room name with `{id}` in it"
    text = _matching(_ROOM, "INC106", wanted, "Use small letters, digits, `-`, `_`, `{id}` and `{slug}`.")(value)
    if "{id}" not in text:
        raise wrong("INC106", f"`{text}` would give two rooms the same name.", "Put `{id}` into it.")
    return text


def _user_group(value: object) -> Scalar:
    """A handle without its `@`, or an id. Which groups there are is known in Slack alone."""
    text = text_of(value, "a user group")
    match = USER_GROUP.fullmatch(text)
    if match is None or match[1] in _EVERYBODY:
        message = f"`{text}` is not a Slack user group."
        raise wrong("INC111", message, 'Write its handle in quotes, such as `"@oncall-payments"`, or its id (`S…`).')
    return Scalar(match[1], text.mark)


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    allowed: tuple[str, ...]

    def check(self, value: object) -> Scalar:
        text = text_of(value, f"one of {', '.join(self.allowed)}")
        if text not in self.allowed:
            raise wrong("INC106", f"`{text}` is not allowed here.", nearest(text, self.allowed))
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        words = " or ".join(f"`{word}`" for word in self.allowed)
        return {"type": "string", "enum": [*self.allowed], WORDS: words}


def _url(value: object) -> Scalar:
    return _matching(_URL, "INC111", "a web address", "Write `https://…`.")(value)


def _runbook(value: object) -> Scalar:
    """The name of a runbook, judged where all are known, or a web address."""
    text = _words(value)
    return _url(value) if "/" in text else text


_TEXT: Final = ["string", "number", "boolean"]  # an unquoted number is text too

Words = Annotated[Scalar, PlainValidator(_words), said("text", type=_TEXT)]
Name = Annotated[Scalar, PlainValidator(_named(_NAME, "a name")), said("name")]
Handle = Annotated[Scalar, PlainValidator(_named(_HANDLE, "a handle")), said("handle", "alice")]
# References are judged where all names are known.
Reference = Annotated[Scalar, PlainValidator(_words), said("name")]
PersonRef = Annotated[Scalar, PlainValidator(_words), said("person", "alice")]
PositionRef = Annotated[Scalar, PlainValidator(_words), said("position", "eng-manager")]
SomebodyRef = Annotated[Scalar, PlainValidator(_words), said("person or position", "eng-manager")]
TeamRef = Annotated[Scalar, PlainValidator(_words), said("team", "payments")]
PolicyRef = Annotated[Scalar, PlainValidator(_words), said("escalation policy", "payments")]
ServiceRef = Annotated[Scalar, PlainValidator(_words), said("service", "payments-api")]
ComponentRef = Annotated[Scalar, PlainValidator(_words), said("component", "checkout")]
CheckRef = Annotated[Scalar, PlainValidator(_words), said("health check", "payments-up")]
HolidaysRef = Annotated[Scalar, PlainValidator(_words), said("list of holidays", "berlin")]
RunbookRef = Annotated[
    Scalar, PlainValidator(_runbook), said("runbook, or web address", "https://runbooks.acme.example/payments")
]
Label = Annotated[Scalar, PlainValidator(_words), said("label")]
Pattern = Annotated[Scalar, PlainValidator(_words), said("text, `*` in it for any", "disk-*", type=_TEXT)]
Flag = Annotated[bool, PlainValidator(_flag), said("true or false", type="boolean")]
Cycles = Annotated[int, PlainValidator(_count(0, 20)), said("0 to 20", type="integer", minimum=0, maximum=20)]
Several = Annotated[int, PlainValidator(_count(0, 100)), said("0 to 100", type="integer", minimum=0, maximum=100)]
HttpStatus = Annotated[
    int, PlainValidator(_count(100, 599)), said("status of HTTP", type="integer", minimum=100, maximum=599)
]
Phone = Annotated[
    Scalar,
    PlainValidator(_phone),
    said("phone number", "+15550100001", type=["string", "integer"], pattern=rf"^{_PHONE.pattern}$"),
]
Url = Annotated[Scalar, PlainValidator(_url), said("web address", pattern=r"^https?://\S+$")]
SeverityName = Annotated[
    Scalar,
    PlainValidator(_severity),
    said("`SEV1`…`SEV9` or `P1`…", "SEV1", "P1", pattern="^([sS][eE][vV]|[pP])-?[1-9]$"),
]
Urgency = Annotated[Scalar, OneOf(("high", "low"))]
RoomPattern = Annotated[Scalar, PlainValidator(_room_pattern), said("room name with `{id}`", "inc-{id}-{slug}")]
Email = Annotated[
    Scalar,
    PlainValidator(_matching(_EMAIL, "INC111", "an email address", "Write `alice@example.com`.")),
    said("email address", "alice@example.com", pattern="^[^@]+@[^@]+$"),
]
SlackId = Annotated[
    Scalar,
    PlainValidator(
        _matching(_SLACK, "INC111", "a Slack member id", "In Slack: open the profile, ⋮, Copy member ID (`U…`).")
    ),
    said("Slack member id", "U02ALICE01", pattern=f"^{_SLACK.pattern}$"),
]
Channel = Annotated[
    Scalar, PlainValidator(_captured(_CHANNEL, "a channel name", "Write `incidents`.")), said("channel", "incidents")
]
UserGroup = Annotated[Scalar, PlainValidator(_user_group), said("user group", "@oncall-payments", "S0ONCALL")]
EmojiName = Annotated[
    Scalar, PlainValidator(_captured(_EMOJI, "an emoji name", "Write `eyes`.")), said("emoji", "eyes", ":eyes:")
]
