"""Refusals in words: what could not be done and why, and what to do instead. Nothing was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.people import Standing
from bot.domain.refusals import Refusal
from bot.views.origins import ORIGINS
from bot.views.words import NOTIFIERS, cut, escape, one_line, series, strings

_GIVEN = 80  # characters of what somebody typed that are repeated to them


def refusal(no: Refusal) -> str:
    """For Slack, escaped."""
    return escape(refusal_text(no))


def refusal_text(no: Refusal) -> str:
    """For places that are not Slack; raw."""
    return _WORDS[no.code](_Data(no.data))


class _Data:
    """The data of a refusal as texts."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> str:
        value = self._data.get(name)
        return "" if value is None else cut(one_line(str(value)), _GIVEN)

    def words(self, name: str) -> Sequence[str]:
        return strings(self._data.get(name))

    def all(self, name: str) -> list[str]:
        return [cut(one_line(word), _GIVEN) for word in strings(self._data.get(name))]

    def list(self, name: str) -> str:
        """Several texts as `a, b or c`."""
        words = [cut(one_line(word), _GIVEN) for word in strings(self._data.get(name))]
        return " or ".join(series(words, 15).rsplit(" and ", 1)) if words else "none"


def _incident(data: _Data) -> str:
    return f"INC-{data['number']}"


def _already_resolved(data: _Data) -> str:
    how = data["closed_as"] or "closed"
    by = f" by {data['by']}" if data["by"] else ""
    return f"{_incident(data)} was already {how}{by}, so nothing was changed. To go on with it: `/incident reopen`."


def _read_only(data: _Data) -> str:
    who = {Standing.GUEST.value: "Guests", Standing.OUTSIDER.value: "People of other workspaces"}.get(data["who"])
    if who is None:
        return "This account is deactivated, so nothing was changed. Ask a workspace admin."
    return f"{who} can read here but change nothing. Ask a full member of this workspace to do it."


def _not_allowed(data: _Data) -> str:
    team = f"the team {data['who_can']}" if data["who_can"] else "the owning team"
    return (
        f"You may not {data['verb']} this incident. Its responders, {team} and admins can. Take it first, or ask them."
    )


def _nobody_to_page(data: _Data) -> str:
    whom = data["person"] or "Nobody there"
    return f"{whom} cannot be reached: no Slack account, phone or email that works. Choose somebody else."


def _unfit(data: _Data) -> str:
    if data["why"] == "left":
        what = f"be {data['role']}" if data["role"] else "be assigned"
        return f"{data['person']} has left this workspace and cannot {what}. Choose somebody else."
    who = "a guest" if data["why"] == Standing.GUEST.value else "of another workspace"
    return f"{data['person']} is {who} and cannot change incidents. Choose a full member."


def _unknown_target(data: _Data) -> str:
    meant = f" Did you mean {data['nearest']}?" if data["nearest"] else ""
    return (
        f"“{data['given']}” is nobody, and no position, schedule, team or policy.{meant} Mention the person with @, or"
        " use a name of the posture."
    )


def _target_unclear(data: _Data) -> str:
    kinds = data.all("kinds")
    examples = " or ".join(f"`/incident page {kind} {data['given']}`" for kind in kinds)
    return f"“{data['given']}” is a {' and a '.join(kinds)}. Say which: {examples}."


def _reason_missing(data: _Data) -> str:
    return f"A reason is needed to {data['verb']}: `/incident {data['verb']} <reason>`."


def _reach_nobody(data: _Data) -> str:
    ways = [NOTIFIERS.get(one, one) for one in data.words("by")]
    if not ways:
        return "No notifier can reach you: you have no address here that works. Add one with `/oncall contact`."
    return f"By these rules no page of {data['urgency']} urgency would reach you. Add at least one of {series(ways)}."


def _wrong_code(data: _Data) -> str:
    if data["left"] == "0":
        return "That is not the code, and it was the last try. Ask for a new one: `/oncall contact`."
    return f"That is not the code. {data['left']} {'try is' if data['left'] == '1' else 'tries are'} left."


def _last_way(data: _Data) -> str:
    return (
        f"This {_kind(data)} is the last way to reach you beside Slack, so it stays: a page must reach you when Slack"
        " is down. Add another way first, or ask an admin."
    )


def _kind(data: _Data) -> str:
    """Of an address."""
    return {"phone": "phone number", "email": "mail address"}.get(data["kind"], "address")


def _not_configured(data: _Data) -> str:
    way = "SMS" if data["kind"] == "phone" else "mail"
    return f"No code can be sent to a {_kind(data)}: {way} is not set up here. Ask who runs Tocsin."


def _unknown(what: str) -> Callable[[_Data], str]:
    return lambda data: f"There is no {what} “{data['given']}”. Use {data.list('known')}."


def _unknown_status(data: _Data) -> str:
    close = " To close it: `/incident resolve what fixed it`." if data["given"].lower() == "resolved" else ""
    return _unknown("status")(data) + close


def _unknown_schedule(data: _Data) -> str:
    if not data["given"]:
        return "There is no schedule yet. The posture declares them, or an admin makes one: `/oncall schedule new`."
    meant = f" Did you mean {data['nearest']}?" if data["nearest"] else " `/oncall now` lists them."
    return f"There is no schedule “{data['given']}”.{meant}"


def _comes_from(data: _Data) -> str:
    place = _ORIGINS.get(data["origin"], "another place")
    return f"The schedule {data['schedule']} comes from {place} and would be overwritten here. Change it there."


def _not_your_shift(data: _Data) -> str:
    if len(data.all("who_can")) > 1:
        parts = f"{series(data.all('who_can'), 15)} each have some of it: choose what is your own, or ask an admin."
        return f"That part of {data['schedule']} is not yours to give. {parts}"
    who = f"{data.list('who_can')} and admins can" if data.words("who_can") else "Its members and admins can"
    return f"That part of {data['schedule']} is not yours to give. {who}. You can ask for a swap instead."


_ORIGINS = {origin.value: place for origin, place in ORIGINS.items()}
_INTERVALS = {
    "backwards": "The end must be later than the start. Nothing was changed.",
    "past": "That time is over already. Nothing was changed.",
    "too_far": "That is more than a year away. Nothing was changed; choose a nearer end.",
    "outside": "That is not within what was asked for. Nothing was changed.",
    "weeks": "Schedules are extended by 1 to 52 weeks. Nothing was changed.",
}

_WORDS: dict[str, Callable[[_Data], str]] = {
    "no_such_incident": lambda data: f"There is no incident {_incident(data)} that you can see. Try `/incident list`.",
    "no_incident_here": lambda _: (
        "This channel is no war room. Name the incident, such as `INC-42`, or ask in its war room."
    ),
    "already_resolved": _already_resolved,
    "not_resolved": lambda data: f"{_incident(data)} is open, so there is nothing to reopen.",
    "title_missing": lambda _: "An incident needs a title: say in a few words what is broken.",
    "title_too_long": lambda data: (
        f"The title has {data['length']} characters; {data['limit']} is the most. Shorten it, and put the rest"
        " into the description."
    ),
    "text_missing": lambda data: f"The {data['what'] or 'text'} is empty. Type what you want to say.",
    "text_too_long": lambda data: (
        f"The {data['what'] or 'text'} has {data['length']} characters; {data['limit']} is the most. Shorten it."
    ),
    "unknown_severity": _unknown("severity"),
    "unknown_service": _unknown("service"),
    "unknown_status": _unknown_status,
    "unknown_role": _unknown("role"),
    "unknown_person": lambda data: f"“{data['given']}” is nobody I know. Mention the person with @.",
    "same_severity": lambda data: f"It is {data['severity']} already.",
    "same_status": lambda data: f"The status is {data['status']} already.",
    "read_only": _read_only,
    "not_allowed": _not_allowed,
    "not_paged": lambda data: (
        f"You are not paged for {_incident(data)}, so there is nothing to decline. To help, press Take."
    ),
    "nothing_acked": lambda data: f"Nobody has acked {_incident(data)}, so there is no ack to give back.",
    "no_run": lambda data: (
        f"Nothing is paging for {_incident(data)} now. Escalate to page by the policy, or assign somebody."
    ),
    "nobody_to_page": _nobody_to_page,
    "unfit": _unfit,
    "is_a_bot": lambda data: f"{data['name']} is a bot. Mention a person.",
    "unknown_target": _unknown_target,
    "target_unclear": _target_unclear,
    "no_such_tier": lambda data: (
        f"There is no tier {data['given']}: the policy has {data['tiers']}. Nobody was paged. Choose one of those, or"
        " leave the number out for the next step."
    ),
    "role_taken": lambda data: (
        f"{data['holder']} is {data['role']} already. Ask them to hand over, or give the role with `/incident role`."
    ),
    "role_not_held": lambda data: f"Nobody gave up anything: that person does not hold the role {data['role']}.",
    "reason_missing": _reason_missing,
    "no_postmortem": lambda data: (
        f"{_incident(data)} has no postmortem: there is one only after an incident is resolved, where its severity"
        " asks for it."
    ),
    "no_reminder": lambda _: "There is no such reminder for this incident; it may have been settled already.",
    "changed_meanwhile": lambda data: (
        f"Somebody else changed {_incident(data)} at the same moment, so nothing of yours was saved. Look at the"
        " card and try again."
    ),
    "unknown_notifier": _unknown("notifier"),
    "rule_delay": lambda data: f"The delay is a whole number of minutes, from 0 to {data['limit']}.",
    "rules_reach_nobody": _reach_nobody,
    "not_a_phone": lambda data: (
        f"“{data['given']}” is no phone number in international form. Write it with + and the country code, such as"
        " +49 151 23456789."
    ),
    "not_a_mailbox": lambda data: f"“{data['given']}” is no mail address. Write it like alice@example.com.",
    "address_taken": lambda data: (
        f"Somebody else is paged at this {_kind(data)}, and an answer from there must be one person's. Use another."
    ),
    "way_not_configured": _not_configured,
    "too_many_codes": lambda data: f"Too many codes were asked for. Try again in {data['minutes']} min.",
    "no_code": lambda _: "No code waits for you, or its ten minutes are over. Ask for a new one: `/oncall contact`.",
    "wrong_code": _wrong_code,
    "no_own_address": lambda data: (
        f"You have added no {_kind(data)} yourself, so there is nothing to remove. What the"
        " posture or Slack declares is changed there."
    ),
    "last_way": _last_way,
    "too_many_tests": lambda _: "A test page is on its way to you already. Another can be sent in a minute.",
    "unknown_schedule": _unknown_schedule,
    "unknown_team": lambda data: (
        f"There is no team “{data['given']}” that has a schedule."
        + (f" Did you mean {data['nearest']}?" if data["nearest"] else " `/oncall now` lists the schedules.")
    ),
    "post_needs_channel": lambda _: (
        "Such a post stands in a channel, where everybody sees it. Type `/oncall post` in the channel it is for."
    ),
    "no_post_here": lambda _: (
        "There is no such post in this channel, so nothing was changed. `/oncall post` puts one up."
    ),
    "schedule_inactive": lambda data: (
        f"The schedule {data['schedule']} is switched off, so nobody is on call by it. An admin can switch it on."
    ),
    "same_activity": lambda data: (
        f"The schedule {data['schedule']} is switched {'on' if data['active'] == 'True' else 'off'} already."
    ),
    "comes_from": _comes_from,
    "admins_only": lambda _: "Only admins can do that, because it touches everybody's shifts. Ask one of them.",
    "not_your_shift": _not_your_shift,
    "nobody_on_call": lambda data: (
        f"Nobody is on call for {data['schedule']} then, so there is nothing to hand off. Place an override instead."
    ),
    "already_on_call": lambda data: (
        f"{data['person']} has {data['schedule']} then already, so nothing was changed. Choose somebody else."
    ),
    "cannot_cover": lambda data: f"{data['person']} is deactivated, so no page would reach them. Choose somebody else.",
    "bad_interval": lambda data: _INTERVALS.get(data["why"], _INTERVALS["backwards"]),
    "no_such_override": lambda _: "There is no such override any more; only what a person placed can be removed.",
    "no_such_shift": lambda data: f"No shift of {data['schedule']} begins or runs then. Look at the schedule again.",
    "bad_schedule_name": lambda data: (
        f"“{data['given']}” is no name for a schedule: use 2 to 60 small letters, digits, - and _, such as"
        " payments-night."
    ),
    "schedule_exists": lambda data: f"There is a schedule {data['schedule']} already. Choose another name.",
    "bad_hours": lambda data: f"“{data['given']}” are no hours. Write `Mon-Fri 09:00-18:00`, or leave it empty.",
    "unknown_zone": lambda data: f"“{data['given']}” is no time zone I know. Write it like Europe/Berlin or UTC.",
    "no_members": lambda _: "Choose at least one person who takes turns.",
    "nothing_to_swap": lambda data: (
        f"Nobody else has a shift of {data['schedule']} in the next eight weeks. Ask for cover instead."
        if data["mine"] == "True"
        else f"You have no shift of {data['schedule']} in the next eight weeks, so there is nothing to swap."
    ),
    "already_away": lambda data: f"It is noted already that {data['person']} is away then.",
    "no_such_absence": lambda _: "There is no such time off any more: it is over, or was taken back.",
    "not_your_time": lambda data: f"Only {data['person']} and admins can say when {data['person']} is away.",
    "no_such_swap": lambda _: "There is no such request; it may be older than the schedule.",
    "swap_over": lambda data: (
        "The time of this request is over, so nothing was changed."
        if data["state"] == "lapsed"
        else f"This request was {data['state'] or 'answered'} already, so nothing was changed."
    ),
    "not_asked": lambda data: f"This request is not for you to answer. {data.list('who_can')} can.",
    "shift_changed": lambda data: (
        f"The shifts of {data['schedule']} were changed since this was asked, so nothing was done. Ask again."
    ),
}
