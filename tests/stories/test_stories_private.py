"""A private incident: its title is a canary that must never reach who is not in the room. And what guests may do."""

from __future__ import annotations

import json

from town.town import Town
from town.waiting import eventually

CANARY = "xanthic-canary"
READ_ONLY = "Guests can read here but change nothing. Ask a full member of this workspace to do it."


def test_a_private_incident_is_seen_by_who_is_in_its_room_and_by_admins_alone(town: Town) -> None:
    town.alice.types("/incident declare")
    form = town.alice.form("declare_form")
    secret = {"title": f"Breach {CANARY}", "description": f"Keys of {CANARY}", "severity": "SEV1", "service": "website"}
    assert town.alice.submits(form, **secret, private=["private"]) == {}
    room = town.room()
    assert room.raw["is_private"]
    eventually(lambda: {town.alice.user, town.carol.user} <= room.members)
    town.alice.types(f"/incident update more of {CANARY}", room.id)
    town.card_shows(f"more of {CANARY}")
    eventually(town.at_rest)

    # Bob is in no room of this incident and on no call for it: whatever he does, he never meets the canary.
    tried = [town.bob.reads(f"/incident {line}") for line in _LINES]
    assert {answer.text for answer in tried[1:]} == {
        "There is no incident INC-1 that you can see. Try `/incident list`."
    }
    town.bob.home()
    town.bob.types("/incident declare")
    town.bob.form("declare_form")
    assert _met(town, town.bob.user) == []
    assert [one["name"] for one in town.bob.channels() if one["name"].startswith("inc-")] == []
    assert CANARY not in json.dumps(town.bot.http("GET", "/metrics"))

    # Those who are paged or admins meet it everywhere: something could have leaked.
    assert CANARY in town.dave.page().words
    assert CANARY in town.carol.reads("/incident list").words
    assert CANARY in town.alice.home().words


_LINES = ("list", "show 1", "why 1", "timeline 1", "ack 1", "postmortem 1", "take INC-1", "update INC-1 what is it?")


def _met(town: Town, user: str) -> list[str]:
    """Everything in which this person could find the canary: messages, their screen and home, phone and mail."""
    mine = [one["id"] for one in town.outside.get("state")["channels"] if _sees(one, user)]
    seen = [json.dumps(town.outside.get("messages", channel=channel, user=user)) for channel in mine]
    seen += [json.dumps(town.outside.get("views", user=user)), json.dumps(town.bob.phone.raw)]
    seen += [json.dumps(town.bob.mails())]
    seen += [json.dumps([one for one in town.outside.get("state")["channels"] if _sees(one, user)])]
    return [one for one in seen if CANARY in one]


def _sees(channel: dict[str, object], user: str) -> bool:
    members = channel["members"]
    assert isinstance(members, list)
    return user in members or not (channel["is_private"] or channel["is_im"])


def test_a_private_incident_opens_to_who_is_brought_into_the_room(town: Town) -> None:
    town.alice.types("/incident declare")
    assert town.alice.submits(town.alice.form("declare_form"), title=CANARY, private=["private"]) == {}
    room = town.room()
    eventually(lambda: town.alice.user in room.members)
    town.outside.post("invite", user=town.alice.user, channel=room.id, users=[town.bob.user])
    eventually(lambda: CANARY in town.bob.reads("/incident show 1").words)
    town.bob.leaves(room.id)
    eventually(lambda: CANARY not in town.bob.reads("/incident show 1").words)


def test_a_guest_reads_and_changes_nothing(town: Town) -> None:
    town.declares()
    general = "C0GENERAL"
    assert "payments API is slow" in town.gina.reads("/incident list", general).words
    lines = ("declare sev1 hello", "ack 1", "take 1", "escalate INC-1 2", "note INC-1 hello", "resolve INC-1 done")
    assert {line: town.gina.types(f"/incident {line}", general) for line in lines[:4]} == dict.fromkeys(
        lines[:4], READ_ONLY
    )
    assert {town.gina.types(f"/incident {line}", general) for line in lines[4:]} == {READ_ONLY}
    assert town.numbers() == [1]


def test_who_is_neither_responder_nor_owner_may_not_close_it_and_hears_who_can(town: Town) -> None:
    town.declares("sev2 payments API is slow", by=town.alice)
    assert town.dave.types("/incident resolve INC-1 done") == (
        "You may not resolve this incident. Its responders, the team payments and admins can. Take it first, or ask"
        " them."
    )
    assert town.dave.types("/incident take INC-1").startswith("You took INC-1")
    assert town.dave.types("/incident resolve INC-1 done").endswith("Thank you.")
