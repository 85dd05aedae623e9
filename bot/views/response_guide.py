"""The response guide: for each severity what is promised, what to do, who is paged when, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.effective import Effective, effective
from bot.domain.escalation import Policy, Tier
from bot.domain.posture import Posture, Service
from bot.domain.remediation import Remedy, RemedyKind
from bot.domain.severity import Severity
from bot.views.markdown import bullets, link, table, text
from bot.views.simulated import target_words
from bot.views.words import count, duration, notifier, sentence, series, times


def guide(posture: Posture, default_delay: timedelta) -> str:
    """The whole guide, in Markdown; severities from the worst on."""
    ranked = sorted(posture.severities.values(), key=lambda one: one.rank)
    intro = "What each severity promises, who is paged for it, and what to do. Written from the posture."
    parts = ["# Incident response guide", intro, *(_severity(posture, one, default_delay) for one in ranked)]
    return "\n\n".join([*parts, *_services(posture)]) + "\n"


def _severity(posture: Posture, rules: Severity, delay: timedelta) -> str:
    title = " ".join(part for part in (rules.emoji, rules.name, rules.label) if part)
    paged = list(_paged(posture, rules, delay))
    parts = [
        f"## {text(title)}",
        sentence(text(rules.meaning)),
        table(("What is promised", ""), _promised(rules)),
        "### What to do",
        "\n".join(f"{number}. {step}" for number, step in enumerate(_steps(posture, rules), 1)),
        "### Who is paged",
        *(paged or ["Nobody is paged by itself. Escalate pages the service's policy."]),
        *_exceptions(posture, rules),
    ]
    return "\n\n".join(part for part in parts if part)


def _promised(rules: Severity) -> list[tuple[str, str]]:
    channels = series([f"#{name}" for name in rules.notify_channels]) or "none"
    return [
        ("Somebody responds", _within(rules.response)),
        ("It is resolved", _within(rules.resolution)),
        ("Urgency", rules.urgency.value),
        ("Commander", "required" if rules.commander else "as wanted"),
        ("Status page", "updated" if rules.status_page else "left alone"),
        ("Postmortem", "required" if rules.postmortem else "as wanted"),
        ("Channels", text(channels)),
    ]


def _within(span: timedelta | None) -> str:
    return f"within {duration(span)}" if span is not None else "no target"


def _steps(posture: Posture, rules: Severity) -> Iterator[str]:
    reminders, written = posture.reminders_for(rules), posture.postmortem
    yield f"Declare it: `/incident declare` in Slack, with severity {rules.name}. A war room opens."
    if rules.pages:
        yield f"Whoever is paged acks {_within(rules.response)}: the button, 👀 on the message, ACK by SMS, or key 4."
    if rules.commander:
        wait = duration(reminders.commander_after)
        yield f"Somebody takes command with 🎖️ in the room; who is there is reminded after {wait}."
    yield "Follow the service's runbook, and pin what matters with 📌: it becomes the timeline."
    yield f"Say where things stand with `/incident update`, every {duration(reminders.update_every)}."
    if rules.status_page:
        yield f"Keep the status page true, every {duration(reminders.status_page_every)}."
    yield "When it is over: `/incident resolve`, with what fixed it."
    if rules.postmortem:
        due = count(written.due_business_days, "business day")
        least = f" with at least {count(written.min_action_items, 'action item')}" if written.min_action_items else ""
        reviewed = f", reviewed by {text(series(written.reviewers))}" if written.reviewers else ""
        yield f"Write the postmortem within {due}{least}{reviewed}. It is drafted in the room."


def _paged(posture: Posture, rules: Severity, delay: timedelta) -> Iterator[str]:
    for position in rules.notify_positions:
        by = series([notifier(one) for one in rules.notifiers_of(position)]) or "their own rules"
        yield f"At once, beside the tiers: {text(position)} by {by}."
    for one in effective(posture, delay, rules.name):
        quick = [name for name in one.services if _rules(posture, rules, name).pages]
        if quick:
            yield _policy(Effective(one.policy, tuple(quick)))


def _rules(posture: Posture, rules: Severity, service: str) -> Severity:
    return posture.severity_for(rules.name, service) or rules


def _policy(one: Effective) -> str:
    after, rows = timedelta(), list[tuple[str, str, str, str]]()
    for number, tier in enumerate(one.policy.tiers, 1):
        rows.append((str(number), f"+{duration(after)}" if after else "at once", *_tier(tier)))
        after += tier.timeout
    head = f"**{text(series(one.services, 20))}** (policy {text(one.policy.name)})"
    return f"{head}\n\n{table(('Tier', 'When', 'Who', 'By'), rows)}\n\n{_afterwards(one.policy)}"


def _tier(tier: Tier) -> tuple[str, str]:
    by = [series([notifier(one) for one in target.notifiers]) or "their own rules" for target in tier.targets]
    if len(set(by)) == 1:
        return text(series([target_words(one) for one in tier.targets])), by[0]
    return text(series([target_words(one) for one in tier.targets])), "; ".join(by)


def _afterwards(policy: Policy) -> str:
    last = f"{text(target_words(policy.executive))} is paged" if policy.executive else "everybody is paged at once"
    again = f"the tiers are gone through {times(policy.repeat_cycles)} more; then " if policy.repeat_cycles else ""
    return sentence(f"if nobody acks, {again}{last}, again and again")


def _exceptions(posture: Posture, rules: Severity) -> Iterator[str]:
    told = [
        f"{text(name)}: {_difference(own)}"
        for name, service in posture.services.items()
        if (own := service.severities.get(rules.name)) is not None
    ]
    if told:
        yield f"Other rules hold for:\n\n{bullets(told)}"


def _difference(own: Severity) -> str:
    paged = "pages" if own.pages else "pages nobody"
    return sentence(
        f"{text(own.meaning)}; {paged}, response {_within(own.response)}, resolution {_within(own.resolution)}"
    )


def _services(posture: Posture) -> Iterator[str]:
    told = [part for name, service in posture.services.items() if (part := _service(posture, name, service))]
    if told:
        yield "## What can be done"
        yield from told


def _service(posture: Posture, name: str, service: Service) -> str:
    lines = [*_runbooks(posture, service), *(_remedy(one) for one in service.remediation)]
    lines += [f"It cannot do without {text(series(service.dependencies, 20))}."] if service.dependencies else []
    return f"### {text(name)}\n\n{bullets(lines)}" if lines else ""


def _runbooks(posture: Posture, service: Service) -> Iterator[str]:
    for one in dict.fromkeys(part for part in (service.runbook, *service.runbooks) if part):
        declared = posture.runbooks.get(one)
        address = declared.url if declared else one
        yield f"Runbook: {link(address, one)}"


_REMEDIES = {
    RemedyKind.ROLLBACK: "Roll back to",
    RemedyKind.CIRCUIT_BREAKER: "Circuit breaker",
    RemedyKind.FEATURE_FLAG: "Feature flag",
}


def _remedy(one: Remedy) -> str:
    notes = [f"takes about {duration(one.takes)}"] if one.takes else []
    notes += [f"opens by itself when {text(one.trips)}"] if one.trips else []
    notes += [f"`{one.how}`" if "`" not in one.how else text(one.how)] if one.how else []
    return f"{_REMEDIES[one.kind]} {text(one.what)}" + (f": {'; '.join(notes)}" if notes else "")
