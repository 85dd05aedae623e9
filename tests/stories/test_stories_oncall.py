"""Who has the pager: handed off while a page waits, overridden, swapped; and seen in one glance all along."""

from __future__ import annotations

from pathlib import Path

from town.messages import Message
from town.people import Person
from town.town import BOT, Build, Town, posture
from town.waiting import eventually

TURNS = {"      members: [alice]\n": "      members: [alice, bob]\n"}


def told(person: Person, words: str) -> Message:
    """The newest direct message that says so, once it is there."""
    return eventually(lambda: [one for one in person.dms() if words in f"{one.text}\n{one.words}"][-1])


def on_call(town: Town) -> str:
    """Whom `/oncall now payments` names first, as a Slack id."""
    return town.dave.reads("/oncall now payments").words.split("<@", 1)[1].split(">", 1)[0]


def shown(town: Town, person: Person) -> None:
    """The one post in #payments says that they are on call now, and the user group holds them alone."""
    payments = town.channel("payments")

    def so() -> bool:
        posts = [one.words for one in payments.messages() if one.user == BOT and not one.raw.get("subtype")]
        assert [f"*Now* <@{person.user}>" in words for words in posts] == [True], posts
        groups = {one["handle"]: one["users"] for one in town.outside.get("state")["usergroups"]}
        assert groups["oncall-payments"] == [person.user]
        return True

    eventually(so)


def test_a_pager_goes_from_hand_to_hand_and_everybody_knows_who_has_it(build: Build, tmp_path: Path) -> None:
    town = build(POSTURE=posture(tmp_path, TURNS))
    town.bot.start()
    first, second = (town.alice, town.bob) if on_call(town) == town.alice.user else (town.bob, town.alice)

    # #payments has a post that shows it, and a user group follows.
    assert town.alice.types("/oncall post payments", at="C0PAYMENTS").startswith(
        "Who is on call now and next is posted"
    )
    shown(town, first)
    town.dave.presses("Override", town.channel("payments").hears("*Next*"))
    assert town.dave.form("override_form").filled("schedule") == "payments"

    # A page waits for an answer while its holder has to leave: whoever takes over is paged at once.
    room = town.declares()
    eventually(lambda: len(first.phone.pages) == 1)
    first.types("/oncall handoff")
    form = first.form("handoff_form")
    assert form.filled("schedule") == "payments"
    refused = first.submits(form, schedule="payments", person=first.user)
    assert refused["person"].endswith("has payments then already, so nothing was changed. Choose somebody else.")
    assert first.submits(form, schedule="payments", person=second.user) == {}
    told(first, "instead of you.")
    told(second, "📟 You are on call for *payments*")
    room.hears("came on call and is paged too")
    eventually(lambda: len(second.phone.pages) == 1)
    second.texts("ack")
    room.hears("acked (SMS)")
    shown(town, second)

    # Dave cannot rearrange it; Carol, who is an admin, can.
    line = f"/oncall override payments <@{first.user}> for 2h"
    assert town.dave.types(line).startswith("That part of payments is not yours to give.")
    assert "is on call for *payments* from" in town.carol.types(line)
    told(second, "Carol Díaz arranged it.")
    shown(town, first)

    # A swap is asked for, accepted on the message that asks, and in force.
    first.types("/oncall swap payments")
    form = first.form("swap_form")
    mine, theirs = (form.raw["blocks"][at]["element"]["options"][0]["value"] for at in (1, 2))
    assert first.submits(form, mine=mine, theirs=theirs) == {}
    asked = told(second, "asks you to swap shifts of *payments*")
    assert asked.labels == ["Accept", "Decline"]
    assert "Swaps and cover" in second.home().words
    second.presses("Accept", asked)
    told(first, "said yes, and has *payments*")
    answered = eventually(lambda: next(one for one in second.dms() if one.ts == asked.ts and not one.labels))
    assert answered.text.endswith("swapped shifts of *payments*. Both are told.")
    shown(town, second)
    assert "Hand off" in second.home().labels
    town.ends_well()
