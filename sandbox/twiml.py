"""TwiML, the XML in which the bot answers Twilio, read into steps. Pure; others perform them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

LONGEST = 64_000
"""Characters Twilio reads of a document."""


class BadTwiml(ValueError):
    """A document Twilio would not perform; the text says why."""


@dataclass(frozen=True)
class Say:
    text: str


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Gather:
    """Waits for digits while `prompts` are spoken, then hands them to `action`."""

    prompts: tuple[Say | Pause, ...]
    action: str
    method: str
    num_digits: int | None
    finish_on_key: str
    timeout: float
    action_on_empty: bool


@dataclass(frozen=True)
class Redirect:
    url: str
    method: str


@dataclass(frozen=True)
class Hangup:
    pass


@dataclass(frozen=True)
class Reject:
    reason: str


@dataclass(frozen=True)
class TextBack:
    """A reply to a text message, or a message sent from within a call."""

    text: str
    to: str


Step = Say | Pause | Gather | Redirect | Hangup | Reject | TextBack


def read(document: str) -> list[Step]:
    """The steps of a TwiML document. BadTwiml when it is not one."""
    if len(document) > LONGEST:
        raise BadTwiml("The document is longer than 64,000 characters.")
    if "<!DOCTYPE" in document.upper() or "<!ENTITY" in document.upper():
        raise BadTwiml("A document must not define entities.")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - see the import
    except (ElementTree.ParseError, ValueError) as error:
        raise BadTwiml(f"Not XML: {error}") from error
    if root.tag != "Response":
        raise BadTwiml(f"The outermost element must be <Response>, not <{root.tag}>.")
    return [step for element in root for step in _steps(element)]


def _steps(element: ElementTree.Element) -> Iterator[Step]:
    match element.tag:
        case "Say" | "Play" | "Pause":
            yield from _prompts(element)
        case "Gather":
            yield _gather(element)
        case "Redirect":
            yield Redirect(_text(element), _method(element))
        case "Hangup":
            yield Hangup()
        case "Reject":
            yield Reject(element.get("reason", "rejected"))
        case "Message" | "Sms":
            body = element.find("Body")
            yield TextBack(_text(element if body is None else body), element.get("to", ""))
        case other:
            raise BadTwiml(f"The sandbox does not know <{other}>.")


def _prompts(element: ElementTree.Element) -> Iterator[Say | Pause]:
    if element.tag == "Pause":
        yield Pause(_number(element, "length", 1.0))
        return
    said = _text(element) if element.tag == "Say" else f"[plays {_text(element) or element.get('digits', '')}]"
    yield from [Say(said)] * max(1, min(10, int(_number(element, "loop", 1.0))))


def _gather(element: ElementTree.Element) -> Gather:
    prompts = [p for child in element if child.tag in ("Say", "Play", "Pause") for p in _prompts(child)]
    digits = int(_number(element, "numDigits", 0.0))
    return Gather(
        prompts=tuple(prompts),
        action=element.get("action", ""),
        method=_method(element),
        num_digits=digits or None,
        finish_on_key=element.get("finishOnKey", "#"),
        timeout=_number(element, "timeout", 5.0),
        action_on_empty=element.get("actionOnEmptyResult", "false").lower() == "true",
    )


def _method(element: ElementTree.Element) -> str:
    return "GET" if element.get("method", "POST").upper() == "GET" else "POST"


def _text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _number(element: ElementTree.Element, name: str, default: float) -> float:
    given = element.get(name)
    if given is None or given == "auto":
        return default
    try:
        return max(0.0, min(600.0, float(given)))
    except ValueError:
        raise BadTwiml(f"<{element.tag} {name}> must be a number, not {given!r}.") from None
