"""Holes in words, for a terminal: who is not paged as promised, when and why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.escalation import Target, TargetKind
from bot.domain.holes import ELSEWHERE, NOBODY, PASSED_OVER, TOO_LATE, Hole, Proof, Reached
from bot.domain.reach import PROVIDERS
from bot.views.simulated import target_words
from bot.views.spans import when
from bot.views.troubles import reason
from bot.views.words import count, duration, notifier, one_line, series

_NAMES = 6


def message(hole: Hole, proof: Proof) -> str:
    """One sentence: which services, what is wrong, when."""
    about = f"{series(_ticks(hole.services), _NAMES)}, {series(hole.severities, _NAMES)}"
    return f"{about}: {_what(hole)}; {when(hole.spans, (proof.start, proof.end), ZoneInfo(hole.cause.zone))}."


def _what(hole: Hole) -> str:
    cause = hole.cause
    within = duration(hole.within)
    if cause.code == NOBODY:
        return f"nobody can be paged ({_empty(cause.empty) or 'nobody is declared'})"
    if cause.code == ELSEWHERE:
        return (
            f"who is paged hangs on a rota that is kept elsewhere ({_empty(_rotas(cause.empty))}), which is not proven"
        )
    if cause.code == PASSED_OVER:
        return f"the first tier pages nobody ({_empty(cause.empty)}), and others are paged instead"
    passed = f" (passed over: {_empty(cause.empty)})" if cause.empty else ""
    paged = f"within {within} {series([_paged(one) for one in cause.reached], _NAMES)}{passed}"
    if cause.code == TOO_LATE and cause.later is not None:
        return f"{paged}, and nobody by two providers before {duration(cause.later)} have passed"
    return f"{paged}, and nobody by two providers at all"


def _paged(one: Reached) -> str:
    """`Alice Chen is paged by Slack alone`, `Bob by SMS and phone call, which are both Twilio's`."""
    ways = series([notifier(way) for way in one.notifiers])
    alone = " alone" if len(one.notifiers) == 1 else f", which fail together with {PROVIDERS[one.notifiers[0]]}"
    return f"{one_line(one.name)} is paged by {ways}{alone}"


def _empty(empty: Sequence[tuple[Target, str]]) -> str:
    return series([f"{target_words(target)}: {reason(code)}" for target, code in empty], _NAMES)


def _rotas(empty: Sequence[tuple[Target, str]]) -> list[tuple[Target, str]]:
    return [one for one in empty if one[0].kind is TargetKind.SCHEDULE]


def fix(hole: Hole, proof: Proof) -> str:
    """One sentence: what would close it."""
    cause = hole.cause
    if cause.code == ELSEWHERE:
        return "The running bot watches it: `/oncall gaps`."
    if cause.code in (NOBODY, PASSED_OVER):
        return _fill(cause.empty, cause.policy)
    one = cause.reached[0]
    if one.target.kind is TargetKind.USER_GROUP:
        return f"No posture knows who is in a user group: name a schedule or people in `{one_line(cause.policy)}`."
    named = next((one for one in cause.reached if one.target.notifiers), None)
    if named is not None:
        wanted = "+".join((*named.target.notifiers, _other(named)))
        who = target_words(named.target)
        return f"Write `{wanted}` for {who} in `{one_line(cause.policy)}`, or name no notifiers there."
    others = {PROVIDERS[way] for way in proof.configured} - {PROVIDERS[one.notifiers[0]]}
    missing = " or ".join(words for provider, words in _MISSING.items() if provider in others)
    if not missing:
        return "Configure a second notifier, such as mail."
    sooner = ", or shorten the timeouts before whoever has two" if cause.code == TOO_LATE else ""
    return f"Give `{one_line(one.handle)}` {missing}{sooner}."


_MISSING = {"Slack": "a Slack account", "Twilio": "a phone", "mail": "a mail address"}


def _other(one: Reached) -> str:
    return "sms" if PROVIDERS[one.notifiers[0]] != "Twilio" else "slack"


def _fill(empty: Sequence[tuple[Target, str]], policy: str) -> str:
    name = one_line(policy)
    if not empty:
        return "Declare people, a rotation and a policy."
    target, code = empty[0]
    if code == "nobody_on_call":
        return f"Cover these times with a layer of `{one_line(target.name)}`, or name somebody else in `{name}`."
    if code == "no_address":
        return f"Give whoever is meant by {target_words(target)} a Slack account, a phone or a mail address."
    if code == "schedule_inactive":
        return f"Switch `{one_line(target.name)}` on (`is_active: true`), or take it out of `{name}`."
    also = f" or {target_words(target)}" if target.kind is not TargetKind.PERSON else ""
    return f"Name somebody in `{name}`{also} who is there at these times."


def summary(proof: Proof) -> str:
    """The last line: what was looked at, and what came of it."""
    bad = sum(not hole.warning for hole in proof.holes)
    looked = (
        f"{count(proof.services, 'service')} at {series(proof.severities) or 'no severity that pages'},"
        f" {(proof.end - proof.start).days} days from {proof.start:%Y-%m-%d %H:%M} UTC"
    )
    if bad:
        return f"Not proven: {looked}: {count(bad, 'hole')}."
    known = ", as far as the posture knows" if any(hole.cause.code == ELSEWHERE for hole in proof.holes) else ""
    return f"Proven{known}: {looked}: somebody is always paged in time by two providers."


def _ticks(names: Sequence[str]) -> list[str]:
    return [f"`{one_line(name)}`" for name in names]
