"""Notes to one person that are about no incident: codes, test pages, and what a carrier's STOP means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape as html_escape

from bot.domain.picture import Job
from bot.views import names, posture_notes, storms
from bot.views.mail import Mail, framed
from bot.views.message import Message, actions, button, message, section
from bot.views.own import KINDS
from bot.views.troubles import reason
from bot.views.words import escape, notifier, one_line, series, strings

Data = Mapping[str, object]

#: By direct message, with the data their text may use.
DM_CODES: dict[str, tuple[str, ...]] = {
    "test_page": ("name",),
    "stopped": ("number", "left"),  # this person's phone texted STOP
    "stopped_last_way": ("person", "number", "left"),  # to admins: nothing but Slack is left to reach them
    "code_failed": ("kind", "address", "reason"),
    "restarted": ("loops",),  # to admins: loops of the bot that stood still
    "storm_began": ("sign", "incidents"),  # to admins
    "storm_over": ("minutes", "incidents", "pages", "messages"),  # to admins
    "posture_changed": ("version", "by", "changes"),  # to admins; changes: what `domain.difference` found
    "posture_refused": ("version", "errors", "more"),  # to admins; errors: a line each, with its place
    "posture_mended": ("version",),  # to admins
}
#: By SMS and by mail. `code` is added when the row goes out.
SMS_CODES: dict[str, tuple[str, ...]] = {
    "contact_code": ("code",),
    "test_page": ("name",),
    "slack_away": ("number", "title", "holder", "people", "bridge"),  # people: "Alice Chen +1555…"
}
MAIL_CODES: dict[str, tuple[str, ...]] = dict(SMS_CODES)

TEST = "TEST: this is a test page that you sent to yourself. Nothing is wrong, and nothing is asked of you."


def dm(code: str, data: Data) -> Message:
    """As a direct message."""
    return _DMS[code](data)


def _word(data: Data, name: str) -> str:
    value = data.get(name)
    return "" if value is None else one_line(str(value))


def _ways(data: Data) -> str:
    return series([notifier(one) for one in strings(data.get("left"))]) or "nothing"


def _note(text: str, *, change: bool = False) -> Message:
    buttons = actions(button("Add a phone or mail address", names.OWN_CONTACT)) if change else None
    return message(text, section(text), buttons)


def _stopped(data: Data) -> Message:
    text = (
        f"Your phone {escape(_word(data, 'number'))} texted STOP, so its carrier takes no SMS of ours. Pages reach you"
        f" by {_ways(data)} now. To undo it, text START to us."
    )
    return _note(text, change=True)


def _stopped_last_way(data: Data) -> Message:
    return _note(
        f"⚠️ {escape(_word(data, 'person'))}'s phone {escape(_word(data, 'number'))} texted STOP. Pages reach them by"
        f" {_ways(data)} alone now: when Slack is down, nothing does. Ask them to text START, or to add another way"
        " with `/oncall contact`."
    )


def _code_failed(data: Data) -> Message:
    kind = KINDS.get(_word(data, "kind"), "address")
    text = f"The code for your {kind} {escape(_word(data, 'address'))} could not be sent:"
    return _note(f"{text} {escape(reason(_word(data, 'reason')))}. Nothing was changed.", change=True)


#: What each loop does, as it is said to people who do not know the code.
_LOOPS = {
    "SEV1": "the sending of the most urgent pages",
    "PAGES": "the sending of pages",
    "ANSWERS": "the answering of people",
    "ROOM": "the work in war rooms",
    "COSMETIC": "the tidying up",
    "pulse": "the waking of the others",
    "timers": "the firing of timers",
}


def _restarted(data: Data) -> Message:
    what = series([_LOOPS.get(one, one) for one in strings(data.get("loops"))])
    return _note(
        f"⚠️ I stood still in part and was started again there: {escape(what)}. Nothing is lost: what waited goes out"
        " now. It should never happen; the log of the bot tells more."
    )


def _storm_began(data: Data) -> Message:
    incidents = _word(data, "incidents")
    seen = (
        f"{incidents} incidents within 5 min" if _word(data, "sign") == "incidents" else "more pages than one can read"
    )
    return _note(f"⛈️ A storm: {escape(seen)}. {storms.MEANS} `/incident list` shows what is open.")


def _storm_over(data: Data) -> Message:
    minutes, incidents = _word(data, "minutes"), _word(data, "incidents")
    pages, messages = _word(data, "pages"), _word(data, "messages")
    bundled = f"{pages} pages went out in {messages} messages" if pages != "0" else "no pages had to go together"
    return _note(
        f"🌤️ The storm is over after {escape(minutes)} min: {escape(incidents)} incidents, and {escape(bundled)}."
    )


_DMS: dict[str, Callable[[Data], Message]] = {
    "test_page": lambda _: _note(f"🧪 {TEST}"),
    "stopped": _stopped,
    "stopped_last_way": _stopped_last_way,
    "code_failed": _code_failed,
    "restarted": _restarted,
    "storm_began": _storm_began,
    "storm_over": _storm_over,
    "posture_changed": posture_notes.changed,
    "posture_refused": posture_notes.refused,
    "posture_mended": posture_notes.mended,
}


def sms(code: str, data: Data) -> str:
    """As an SMS; raw."""
    return _SMS[code](data)


_SMS: dict[str, Callable[[Data], str]] = {
    "contact_code": lambda data: (
        f"{_word(data, 'code')} is your Tocsin code: it proves that pages may go to this phone. It is good for 10 min."
        " If you did not ask for it, ignore it."
    ),
    "test_page": lambda _: TEST,
    "slack_away": lambda data: _away(data),
}


def _away(data: Data) -> str:
    """Who has it and where to meet, for people who cannot ask in Slack."""
    number = _word(data, "number")
    holder = _word(data, "holder")
    people, bridge = series(strings(data.get("people"))), _word(data, "bridge")
    parts = [
        f"Slack does not answer. INC-{number} {_word(data, 'title')}:",
        f"{holder} has it." if holder else "nobody has acked yet.",
        f"On it: {people}." if people else "",
        f"Meet: {bridge}" if bridge else "",
        f"Reply NOTE {number} and your words to write into its timeline.",
    ]
    return " ".join(part for part in parts if part)


def spoken(code: str) -> str:
    """As a phone call; raw."""
    return VOICE[code]


#: By phone call.
VOICE: dict[str, str] = {
    "test_page": "This is a test page from Tocsin, that you sent to yourself. Nothing is wrong, and nothing is asked"
    " of you. Goodbye."
}


def mail(job: Job) -> Mail:
    """As a mail; `job.data` holds the message's code and its data."""
    data = job.data.get("data")
    subject, text = _MAILS[str(job.data["message"])](data if isinstance(data, Mapping) else {})
    shown = "".join(f"<p>{html_escape(line)}</p>" for line in text.split("\n"))
    return Mail(subject, f"{text}\n", framed(shown), {"Auto-Submitted": "auto-generated"})


def _code_mail(data: Data) -> tuple[str, str]:
    code = _word(data, "code")
    text = (
        f"Your code is {code}. It proves that pages may go to this address, and is good for 10 min.\n"
        f"In Slack type /oncall contact {code}\nIf you did not ask for it, ignore this mail."
    )
    return f"{code} is your Tocsin code", text


_MAILS: dict[str, Callable[[Data], tuple[str, str]]] = {
    "contact_code": _code_mail,
    "test_page": lambda _: ("TEST: a page to yourself", TEST),
    "slack_away": lambda data: (f"Slack does not answer: who has INC-{_word(data, 'number')}", _away(data)),
}
