"""Short texts: direct messages beside pages, answers by SMS, and the sentences for when nothing was saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.domain.answers import CODES as ANSWERS
from bot.domain.answers import Answer
from bot.domain.incident import Incident, Role, State, Status
from bot.domain.picture import Job, Picture
from bot.domain.refusals import CODES as REFUSALS
from bot.domain.refusals import Refusal
from bot.views import links, names, notes, rota_notes, situation
from bot.views.answers import answer_text
from bot.views.message import Block, Message, actions, button, message, section
from bot.views.pages import gsm
from bot.views.refusals import refusal_text
from bot.views.words import escape, flat, one_line, series, strings

#: Messages of `Effect.DM_SAY`, with the data their text may use.
DM_CODES: dict[str, tuple[str, ...]] = {
    "role": ("role",),  # a role was given to this person: its checklist
    "commander_left": (),  # the commander left the war room
    "nobody_to_page": (),  # to admins: nobody anywhere could be paged
    "repaired": ("what",),  # to admins: the auditor found the run broken and mended it
}

#: Messages of `Effect.SMS_SAY` beside the codes of answers, with the data their text may use.
SMS_CODES: dict[str, tuple[str, ...]] = {
    "nothing_open": (),
    "nothing_mine": ("verb",),
    "which_one": ("numbers", "verb", "paged"),
    "not_there": ("number", "paged"),  # paged: incidents whose pages wait for this person
    "acked_all": ("numbers", "others"),
    "declined_all": ("numbers",),
    "not_understood": ("body", "meant"),  # meant: the word it looks like, or ""
    "help": (),
    "refused": ("code", "data"),
}

_SMS_LIMIT = 320  # two segments

#: What each role does first, at most five steps.
CHECKLISTS: dict[str, tuple[str, ...]] = {
    Role.COMMANDER.value: (
        "Say in the war room that you command.",
        "Ask for the impact: who is affected, and how badly. Set the severity to match.",
        "Give each task to one person by name. Do not debug yourself.",
        "Post a status update every 15 minutes, also when nothing changed.",
        "Hand the role over before you leave.",
    ),
    Role.RESPONDER.value: (
        "Say in the war room what you are looking at.",
        "Stop the damage first; find the cause later.",
        "Say what you change before you change it.",
    ),
    Role.COMMS.value: (
        "Ask the commander what may be said, and to whom.",
        "Post what customers see, what works and when the next update comes.",
        "Keep questions away from those who repair.",
    ),
    Role.SCRIBE.value: (
        "Pin what matters with 📌: it goes to the timeline with its own time.",
        "Note decisions, who made them and why.",
        "Note when things got better or worse.",
    ),
}
_ANY_ROLE = ("Say in the war room that you have the role.", "Ask the commander what is needed first.")


def dm(job: Job, now: datetime) -> Message:
    """A direct message that is no page; `job.data` holds the message's code and its data."""
    if _code(job) in rota_notes.DM_CODES:
        return rota_notes.dm(_code(job), _data(job), now)
    if _code(job) in notes.DM_CODES:
        return notes.dm(_code(job), _data(job))
    if job.picture is None:
        raise ValueError("a direct message about an incident needs its picture")
    return _DMS[_code(job)](job.picture, _data(job))


def _code(job: Job) -> str:
    return str(job.data["message"])


def _data(job: Job) -> Mapping[str, object]:
    data = job.data.get("data")
    return data if isinstance(data, Mapping) else {}


def _word(data: Mapping[str, object], name: str) -> str:
    return one_line(str(data.get(name) or ""))


def _where(picture: Picture) -> str:
    return f"{flat(situation.title(picture.incident))}, war room {links.room(picture)}"


def _notice(picture: Picture, text: str, *buttons: Block) -> Message:
    return message(text, section(f"{text}\n{_where(picture)}"), actions(*buttons) if buttons else None)


def _role(picture: Picture, data: Mapping[str, object]) -> Message:
    role = _word(data, "role")
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(CHECKLISTS.get(role, _ANY_ROLE), 1))
    text = f"You are now *{escape(role)}* of {picture.incident.name}."
    return message(text.replace("*", ""), section(f"🎖️ {text}\n{_where(picture)}\n{steps}"))


def _commander_left(picture: Picture, _: Mapping[str, object]) -> Message:
    text = f"You left the war room of {picture.incident.name} and still command it. Give the role away, or come back."
    value = names.value(picture.incident.id)
    return _notice(
        picture, text, button("Give the role", names.ROLE, value, style="primary"), button("Join", names.JOIN, value)
    )


_REPAIRED = {
    "unarmed": "its next step had no timer",
    "unsent": "a page had no delivery",
    "left_climbing": "its paging went on although it is closed",
}


def _repaired(picture: Picture, data: Mapping[str, object]) -> Message:
    what = series([_REPAIRED[code] for code in strings(data.get("what")) if code in _REPAIRED])
    text = (
        f"I checked {picture.incident.name} and found that {what}. It is mended, and paging goes on as it should. "
        "This should never happen: the log of the bot tells more."
    )
    return _notice(picture, text, button("Why?", names.WHY, names.value(picture.incident.id)))


def _nobody(picture: Picture, _: Mapping[str, object]) -> Message:
    text = (
        f"Nobody could be paged for {picture.incident.name} ({escape(picture.incident.severity)})."
        " Assign somebody by hand now, or take it."
    )
    value = names.value(picture.incident.id)
    return _notice(
        picture,
        f"🆘 {text}",
        button("Take", names.TAKE, value, style="primary"),
        button("Assign", names.ASSIGN, value),
        button("Why?", names.WHY, value),
    )


_DMS: dict[str, Callable[[Picture, Mapping[str, object]], Message]] = {
    "role": _role,
    "commander_left": _commander_left,
    "nobody_to_page": _nobody,
    "repaired": _repaired,
}


def sms(job: Job, now: datetime) -> str:
    """The answer to an SMS: at most two segments."""
    text = gsm(one_line(reply(_code(job), _data(job), now))).replace("`", "")
    return text if len(text) <= _SMS_LIMIT else text[: _SMS_LIMIT - 3].rstrip() + "..."


def reply(code: str, data: Mapping[str, object], now: datetime) -> str:
    """The answer to somebody who answered by phone; raw. `data` is that of `SMS_CODES` or of an answer."""
    return _sms(code, data, now)


def _sms(code: str, data: Mapping[str, object], now: datetime) -> str:
    if code in notes.SMS_CODES:
        return notes.sms(code, data)
    if code in ANSWERS:
        return answer_text(Answer(code, _incident(data), data=data), now)
    return _SMS[code](data)


def _incident(data: Mapping[str, object]) -> Incident:
    """As much of the incident as an SMS names: number and title come with the data."""
    moment = datetime.fromtimestamp(0, UTC)
    number, title = int(str(data["number"])), str(data["title"])
    return Incident(number, title, "", "", State.PENDING, Status.INVESTIGATING, "", moment)


def _which_one(data: Mapping[str, object]) -> str:
    numbers, verb = strings(data.get("numbers")), _word(data, "verb") or "ACK"
    incidents = series([f"INC-{one}" for one in numbers])
    if data.get("paged") is False:
        return f"You are on {incidents}. Say which, such as {verb} {numbers[0]}."
    every = " or ACK ALL" if verb == "ACK" else ""
    return f"You are paged for {incidents}. Say which, such as {verb} {numbers[0]}{every}."


def _not_there(data: Mapping[str, object]) -> str:
    paged = strings(data.get("paged"))
    start = f"There is no incident INC-{_word(data, 'number')} that you can see."
    if not paged:
        return f"{start} No page waits for you."
    return f"{start} You are paged for {series([f'INC-{one}' for one in paged])}."


def _acked_all(data: Mapping[str, object]) -> str:
    theirs, others = ([f"INC-{one}" for one in strings(data.get(which))] for which in ("numbers", "others"))
    said = [f"You acked {series(theirs)}. You have {'it' if len(theirs) == 1 else 'them'}."] if theirs else []
    if others:
        pages = "page" if len(others) == 1 else "pages"
        said.append(f"You answered your {pages} for {series(others)}, which somebody else has or is asked for.")
    return " ".join(said)


def _declined_all(data: Mapping[str, object]) -> str:
    return f"You declined {series([f'INC-{one}' for one in strings(data.get('numbers'))])}."


def _nothing_mine(data: Mapping[str, object]) -> str:
    verb = _word(data, "verb") or "RESOLVE"
    return f"You are on no open incident, so nothing was changed. Name one, such as {verb} INC-42."


_UNDERSTOOD = "ACK, DECLINE, ESCALATE, RESOLVE, NOTE and your words, or ACK ALL"


def _not_understood(data: Mapping[str, object]) -> str:
    given = _word(data, "body")
    said = f'Not understood: "{given}".' if given else "That was empty."
    meant = _word(data, "meant")
    guess = f" Did you mean {meant}?" if meant else ""
    return f"{said}{guess} Nothing was changed. Reply {_UNDERSTOOD}, with the number where several are open."


def _refused(data: Mapping[str, object]) -> str:
    inner = data.get("data")
    code = _word(data, "code")
    if code not in REFUSALS:
        return "That was refused; nothing was changed."
    return refusal_text(Refusal(code, **{str(k): v for k, v in inner.items()} if isinstance(inner, Mapping) else {}))


_SMS: dict[str, Callable[[Mapping[str, object]], str]] = {
    "nothing_open": lambda _: "You have no open page, so nothing was changed.",
    "nothing_mine": _nothing_mine,
    "which_one": _which_one,
    "not_there": _not_there,
    "acked_all": _acked_all,
    "declined_all": _declined_all,
    "not_understood": _not_understood,
    "help": lambda _: f"Reply {_UNDERSTOOD}, with the number where several are open, such as ACK 42.",
    "refused": _refused,
}


def bug(reference: str) -> str:
    """The one sentence for a fault of ours."""
    return (
        f"Something went wrong on our side and nothing was saved. Try again; if it happens again, tell an admin the"
        f" reference {escape(reference)}."
    )


def not_saved() -> str:
    """The one sentence for a change that was not committed in time."""
    return "Nothing was saved: it could not be written in time. Please try again."
