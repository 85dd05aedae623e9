"""The postmortem's template: what a posture asks of every postmortem, before there is an incident."""

from __future__ import annotations

from typing import Final

from bot.domain.posture import PostmortemRules, Posture
from bot.views.markdown import prompt, table, text
from bot.views.words import count, series

#: What is asked for in the sections that most postmortems have.
_ASKED: Final = {
    "summary": "in two or three sentences for somebody who was not there: what broke, who noticed, what fixed it.",
    "impact": "who could not do what, from when to when, and what it cost.",
    "detection": "who or what noticed it, and could it have been noticed earlier?",
    "timeline": "what happened when, in UTC. Tocsin fills this in from the incident's log.",
    "root cause": "why did it happen? Ask why until the answer is about the system, not about a person.",
    "contributing factors": "what made it more likely, worse, or harder to notice and repair?",
    "resolution": "what fixed it, and is it fixed for good?",
    "lessons learned": "what went well, what went poorly, and where were we lucky?",
}
_FACTS: Final = ("Incident", "Date", "Severity", "Commander", "Author", "Duration", "Affected services")


def template(posture: Posture) -> str:
    """The whole template, in Markdown."""
    rules = posture.postmortem
    facts = table(("Fact", "Value"), [(name, prompt("from the incident")) for name in _FACTS])
    parts = ["# Postmortem of INC-…: title", "It is blameless: ask what let it happen, not who.", facts]
    parts += [f"## {text(name)}\n\n{_body(name, rules)}" for name in rules.sections]
    return "\n\n".join([*parts, "---", _owed(posture)]) + "\n"


def _body(name: str, rules: PostmortemRules) -> str:
    known = " ".join(name.casefold().split())
    if known == "action items":
        return _actions(rules)
    return prompt(_ASKED.get(known, f"what should readers know about “{text(name)}”?"))


def _actions(rules: PostmortemRules) -> str:
    required = (
        ("Owner", rules.owners_required),
        ("Deadline", rules.deadlines_required),
        ("Priority", rules.priorities_required),
    )
    head = ("#", "Action", *(f"{name} (required)" if needed else name for name, needed in required), "Status")
    rows = [
        (str(number), prompt("action"), "", "", "", "open") for number in range(1, max(rules.min_action_items, 3) + 1)
    ]
    return f"{_wanted(rules)}\n\n{table(head, rows)}"


def _wanted(rules: PostmortemRules) -> str:
    least = rules.min_action_items
    return f"At least {count(least, 'action item')}." if least else "As many as there are."


def _owed(posture: Posture) -> str:
    rules = posture.postmortem
    reviewers = series([_reviewer(posture, one) for one in rules.reviewers]) or "none are asked for"
    return f"Due within {count(rules.due_business_days, 'business day')} of the end. Reviewers: {reviewers}."


def _reviewer(posture: Posture, position: str) -> str:
    names = [posture.people[one].name for one in posture.positions.get(position, ()) if one in posture.people]
    return text(f"{series(names)} ({position})" if names else position)
