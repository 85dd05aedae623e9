"""The subcommand `apply`: shows what must change at PagerDuty or Opsgenie, and with `--yes` changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from cli import CALLED, FOUND_BAD, IMPOSSIBLE, WORKED
from cli.asked import Unclear, posture_of

if TYPE_CHECKING:
    from bot.domain.posture import Posture
    from clients.configured import Configured
    from posture.applied import Change, Directory
    from posture.exported import Exported, Json

#: Kind → where the document has them, in the order in which they are made.
PUSHED = {
    "pagerduty": {"escalation_policy": "escalation_policies", "service": "services"},
    "opsgenie": {"escalation": "escalations"},
}
#: What documents refer to and never make.
READ = {"pagerduty": ("user", "schedule"), "opsgenie": ("user", "schedule", "team")}


async def apply(
    provider: Literal["pagerduty", "opsgenie"],
    path: Annotated[
        Path | None, Parameter(help="A posture file or folder. Default: the one in the settings.", show_default=False)
    ] = None,
    *,
    yes: Annotated[bool, Parameter(negative="", help="Change it. Without it, only the plan is shown.")] = False,
) -> int:
    """Bring PagerDuty or Opsgenie in line with a posture: escalation policies, services, escalations.

    Shows the plan; with `--yes` it is carried out. What the posture retired is deleted, if it was written by this
    command; what others made is never deleted. Exits with 0 where nothing is left to do, 1 where changes wait for
    `--yes`, 2 where it cannot be done.
    """
    from clients.configured import Refusal

    try:
        posture, delay = posture_of(path)
        exported = _document(provider, posture, delay)
        async with _at(provider) as there:
            return await _carried_out(provider, there, exported, yes=yes)
    except (Unclear, Refusal) as problem:
        print(problem)
        return IMPOSSIBLE


def _document(provider: str, posture: Posture, delay: timedelta) -> Exported:
    from posture import exported

    made = exported.pagerduty(posture, delay) if provider == "pagerduty" else exported.opsgenie(posture, delay)
    for remark in dict.fromkeys(made.remarks):
        print(remark)
    return made


def _at(provider: str) -> AbstractAsyncContextManager[Configured]:
    from bot.settings import load
    from clients import configured

    settings = load().settings
    if provider == "pagerduty":
        if settings.pagerduty_api_token is None:
            raise Unclear("PAGERDUTY_API_TOKEN is not set: an API key (REST API v2) that may write.")
        return configured.pagerduty(settings.pagerduty_api_token.get_secret_value(), settings.pagerduty_api_url)
    if settings.opsgenie_api_key is None:
        raise Unclear("OPSGENIE_API_KEY is not set: an API key that may read and configure.")
    return configured.opsgenie(settings.opsgenie_api_key.get_secret_value(), settings.opsgenie_api_url)


async def _carried_out(provider: str, there: Configured, exported: Exported, *, yes: bool) -> int:
    from posture.applied import Directory, changes, in_order

    ids, kinds = Directory(), PUSHED[provider]
    for kind in READ[provider]:
        _know(ids, kind, await there.all(kind))
    present = {kind: await there.all(kind) for kind in kinds}
    for kind, found in present.items():
        _know(ids, kind, found)
    coming = [(kind, str(one["name"])) for kind, part in kinds.items() for one in exported.document[part]]
    if troubles := ids.troubles(exported.document, coming, there.name):
        raise Unclear("\n".join([*troubles, "Nothing was changed."]))
    plan = [
        change
        for kind, part in kinds.items()
        for change in changes(kind, exported.document[part], present[kind], ids, SHAPES[kind])
    ]
    if not plan:
        print(f"{there.name} says what the posture says.")
        return WORKED
    ordered = in_order(plan)
    print("\n".join(_line(one) for one in ordered))
    if not yes:
        print(f"{_count(ordered)} would be made. `{CALLED} apply {provider} … --yes` makes them.")
        return FOUND_BAD
    return await _pushed(there, ordered, ids)


def _know(ids: Directory, kind: str, found: Sequence[Json]) -> None:
    for one in found:
        number = str(one["id"])
        for key in ("name", "email", "username", "fullName"):
            ids.add(kind, str(one.get(key) or ""), number)


async def _pushed(there: Configured, plan: Sequence[Change], ids: Directory) -> int:
    """One after the other; what fails stops it, and the same command goes on from there."""
    from clients.configured import Refusal

    for done, change in enumerate(plan):
        try:
            await _push(there, change, ids)
        except Refusal as no:
            print(f"{no}\n{done} of {_count(plan)} made; the rest was left. The same command goes on from there.")
            return IMPOSSIBLE
    print(f"{_count(plan)} made.")
    return WORKED


async def _push(there: Configured, change: Change, ids: Directory) -> None:
    from posture.applied import Verb

    body = ids.resolved(change.body)
    if change.verb is Verb.CREATE:
        ids.add(change.kind, change.name, await there.create(change.kind, body))
    elif change.verb is Verb.UPDATE:
        await there.update(change.kind, change.id, body)
    else:
        await there.delete(change.kind, change.id)


def _line(change: Change) -> str:
    signs = {"create": "+", "update": "~", "delete": "-"}
    note = " (it was made by somebody else, and is taken over)" if change.taken_over else ""
    return f"  {signs[change.verb.value]} {change.verb.value} {change.kind.replace('_', ' ')} {change.name}{note}"


def _count(plan: Sequence[Change]) -> str:
    return f"{len(plan)} change{'' if len(plan) == 1 else 's'}"


def _policy_shape(one: Mapping[str, Any]) -> object:
    rules = [
        (rule["escalation_delay_in_minutes"], {(_kind(target), target["id"]) for target in rule["targets"]})
        for rule in one.get("escalation_rules", ())
    ]
    return one["name"], one.get("description"), one.get("num_loops"), rules


def _service_shape(one: Mapping[str, Any]) -> object:
    return one["name"], one.get("description"), one.get("escalation_policy", {}).get("id")


def _escalation_shape(one: Mapping[str, Any]) -> object:
    rules = [
        (rule["condition"], rule["notifyType"], rule["delay"]["timeAmount"], rule["recipient"]["id"])
        for rule in one.get("rules", ())
    ]
    repeat = one.get("repeat") or {}
    return one["name"], one.get("description"), rules, repeat.get("waitInterval"), repeat.get("count")


def _kind(target: Mapping[str, Any]) -> str:
    return str(target["type"]).removesuffix("_reference")


#: What matters of each kind: the provider adds much of its own.
SHAPES = {"escalation_policy": _policy_shape, "service": _service_shape, "escalation": _escalation_shape}
