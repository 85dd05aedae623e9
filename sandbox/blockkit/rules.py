"""Small checks that Block Kit's rules are put together from; each reports in Slack's wording with a JSON pointer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox.model import Json

Surface = Literal["message", "modal", "home"]


@dataclass
class Report:
    """What is wrong so far. `focused` and `block_ids` are rules of a whole surface, kept while walking it."""

    surface: Surface
    problems: list[str] = field(default_factory=list)
    block_ids: dict[str, str] = field(default_factory=dict)
    focused: int = 0

    def say(self, problem: str, at: str) -> None:
        self.problems.append(f"[ERROR] {problem} [json-pointer:{at}]")


Check = Callable[[Report, object, str], None]
TextKind = Literal["plain_text", "mrkdwn"]


def string(most: int | None = None, least: int = 0) -> Check:
    def check(report: Report, value: object, at: str) -> None:
        if not isinstance(value, str):
            report.say("must provide a string", at)
        elif most is not None and len(value) > most:
            report.say(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            report.say(f"must be more than {least - 1} characters", at)

    return check


def one_of(*allowed: str) -> Check:
    def check(report: Report, value: object, at: str) -> None:
        if value not in allowed:
            report.say(f"must be one of: {', '.join(allowed)}", at)

    return check


def matching(pattern: str, what: str) -> Check:
    def check(report: Report, value: object, at: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            report.say(f"invalid {what}", at)

    return check


def boolean(report: Report, value: object, at: str) -> None:
    if not isinstance(value, bool):
        report.say("must provide a boolean", at)


def anything(_report: Report, _value: object, _at: str) -> None:
    """For parts of Slack's that change often and that the sandbox shows as they come."""


def integer(low: int, high: int) -> Check:
    def check(report: Report, value: object, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.say("must provide an integer", at)
        elif not low <= value <= high:
            report.say(f"must be between {low} and {high}", at)

    return check


def url(most: int = 3000) -> Check:
    def check(report: Report, value: object, at: str) -> None:
        string(most)(report, value, at)
        if isinstance(value, str) and not re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", value, re.IGNORECASE):
            report.say("invalid url", at)

    return check


def items(each: Check, most: int, least: int = 1) -> Check:
    def check(report: Report, value: object, at: str) -> None:
        if not isinstance(value, list):
            report.say("must provide an array", at)
            return
        if len(value) > most:
            report.say(f"no more than {most} items allowed", at)
        if len(value) < least:
            report.say(f"no less than {least} items allowed", at)
        for number, one in enumerate(value):
            each(report, one, f"{at}/{number}")

    return check


def shape(
    needed: Mapping[str, Check], allowed: Mapping[str, Check] | None = None, *also: Check, open_ended: bool = False
) -> Check:
    """An object with these fields and no others; `also` are rules about several fields at once."""
    known = {**needed, **(allowed or {})}

    def check(report: Report, value: object, at: str) -> None:
        if not isinstance(value, dict):
            report.say("must provide an object", at)
            return
        for name in needed:
            if name not in value:
                report.say(f"missing required field: {name}", at)
        for name, part in value.items():
            if name in known:
                if part is not None or name in needed:
                    known[name](report, part, f"{at}/{name}")
            elif name != "type" and not open_ended:
                report.say(f"invalid additional property: {name}", at)
        for rule in also:
            rule(report, value, at)

    return check


def by_type(kinds: Mapping[str, Check], *, surfaces: Mapping[str, tuple[str, ...]] | None = None) -> Check:
    """An object whose `type` chooses its rules; a type that this surface lacks is unsupported."""

    def check(report: Report, value: object, at: str) -> None:
        if not isinstance(value, dict):
            report.say("must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            report.say("missing required field: type", at)
        elif (
            not isinstance(kind, str)
            or kind not in kinds
            or report.surface not in (surfaces or {}).get(kind, (report.surface,))
        ):
            report.say(f"unsupported type: {kind}", f"{at}/type")
        else:
            kinds[kind](report, value, at)

    return check


def text(most: int, *kinds: TextKind) -> Check:
    """A text object of one of these kinds, plain_text where none is named."""
    wanted = kinds or ("plain_text",)

    def check(report: Report, value: object, at: str) -> None:
        if not isinstance(value, dict):
            report.say("must provide an object", at)
            return
        if value.get("type") not in wanted:
            report.say(f"unsupported type: {value.get('type')}", f"{at}/type")
            return
        extra: dict[str, Check] = {"verbatim" if value["type"] == "mrkdwn" else "emoji": boolean}
        shape({"type": anything, "text": string(most, 1)}, extra)(report, value, at)

    return check


def rule(holds: Callable[[Json], bool], problem: str, where: str = "") -> Check:
    """A rule about a whole object."""

    def check(report: Report, value: object, at: str) -> None:
        if isinstance(value, dict) and not holds(value):
            report.say(problem, at + where)

    return check
