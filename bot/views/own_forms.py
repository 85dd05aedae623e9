"""Forms about oneself: the rules by which one is paged, an address to add, and the code that proves it."""

from __future__ import annotations

from typing import Any

from bot.domain.contacts import CODE_DIGITS, CODE_LIFE
from bot.domain.own import Ways
from bot.domain.rules import LONGEST_DELAY, PERSONAL, SHARED
from bot.domain.severity import Urgency
from bot.views import names
from bot.views.inputs import choices, form, typed
from bot.views.message import Block, context, header, option, section
from bot.views.words import NOTIFIERS, duration, escape, one_line

View = dict[str, Any]

#: Minutes that the form offers; a rule made elsewhere keeps its own.
MINUTES = (0, 1, 2, 3, 5, 10, 15, 20, 30, 45, int(LONGEST_DELAY.total_seconds() // 60))

_WHEN = {
    Urgency.HIGH: "Severities that wake people: by default SEV1 and SEV2.",
    Urgency.LOW: "Severities that can wait for the morning: by default SEV3 and SEV4.",
}


def rules_form(shown: Ways, private_metadata: str = "") -> View:
    """For each urgency, when each notifier that is set up goes. Answered pages go no further."""
    blocks: list[Block] = [section("When somebody has answered, what is still to come is not sent.")]
    for urgency in Urgency:
        blocks += [header(f"{urgency.value.capitalize()} urgency"), context(_WHEN[urgency])]
        blocks += [_question(shown, urgency, one) for one in (*PERSONAL, *SHARED) if one in shown.configured]
    return form(names.FORM_RULES, "How I am paged", "Save", blocks, private_metadata)


def _question(shown: Ways, urgency: Urgency, notifier: str) -> Block:
    rule = next((one for one in shown.rules[urgency] if one.notifier == notifier), None)
    chosen = int(rule.delay.total_seconds() // 60) if rule else None
    minutes = sorted({*MINUTES, *([chosen] if chosen is not None else [])})
    options = [option("Not used", names.NOT_USED), *[option(_after(one), str(one)) for one in minutes]]
    initial = names.NOT_USED if chosen is None else str(chosen)
    label = NOTIFIERS.get(notifier, notifier)
    block = names.rule_block(urgency.value, notifier)
    return choices(block, f"{label[:1].upper()}{label[1:]}", options, initial, hint=_hint(shown, notifier))


def _after(minutes: int) -> str:
    return "At once" if minutes == 0 else f"After {minutes} min"


def _hint(shown: Ways, notifier: str) -> str:
    if notifier in SHARED:
        return "Shared by all: it says whom the page is for."
    address = shown.person.address(notifier)
    if not address:
        return "You have no address for it yet; add one with /oncall contact."
    return "" if notifier == "slack" else escape(one_line(address))


def contact_form(private_metadata: str = "") -> View:
    """One address, which a code will prove."""
    minutes = duration(CODE_LIFE)
    hint = f"A code is sent there, good for {minutes}. Until you give it back, pages go where they went before."
    blocks = [typed(names.IN_ADDRESS, "Phone number or mail address", "+49 151 23456789", 254, hint=hint)]
    return form(names.FORM_CONTACT, "Where pages reach me", "Send code", blocks, private_metadata)


def code_form(address: str = "", private_metadata: str = "") -> View:
    """The code that was sent."""
    where = f" to {escape(one_line(address))}" if address else ""
    blocks = [
        section(f"A code of {CODE_DIGITS} digits is on its way{where}."),
        typed(names.IN_CODE, "Code", "123456", 12),
    ]
    return form(names.FORM_CODE, "Enter the code", "Verify", blocks, private_metadata)
