"""How a page is answered: button, SMS, reaction, command; by the one who was asked, another, or a stranger."""

from __future__ import annotations

from pathlib import Path

from town.town import Build, Town, posture
from town.waiting import eventually

from bot.domain.incident import State
from bot.domain.timeline import Kind


def test_the_button_of_the_page_acks_and_the_page_asks_for_nothing_more(town: Town) -> None:
    room = town.declares()
    town.alice.presses("Ack", on=town.alice.page())
    room.hears("Alice Chen acked (Slack button)")
    answered = eventually(lambda: next(one for one in town.alice.pages() if "You acked" in one.text))
    assert answered.labels == ["Update status", "Escalate", "Resolve"]
    town.clock.passes(minutes=60)
    eventually(lambda: town.at_rest())
    assert [person.phone.pages for person in (town.bob, town.carol)] == [[], []]


def test_eyes_on_the_page_ack_and_a_tick_on_the_card_too(town: Town) -> None:
    first, second = town.declares("sev2 it is slow"), town.declares("sev2 it is down")
    town.alice.reacts("eyes", on=next(page for page in town.alice.pages() if "INC-1 " in page.text))
    first.hears("Alice Chen acked (Slack reaction)")
    town.carol.joins(second.id)
    town.carol.reacts("white_check_mark", on=town.card(2))
    second.hears("Carol Díaz acked (Slack reaction)")
    eventually(lambda: "*Responders* <@U0DAVE> and <@U0CAROL>" in town.card(2).words)


def test_a_cross_declines_and_the_next_person_is_paged_at_once(town: Town) -> None:
    room = town.declares()
    town.alice.reacts("x", on=town.alice.page())
    room.hears("After the decline: Bob Okafor is paged (tier 2, cycle 1)")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    declined = eventually(lambda: next(one for one in town.alice.pages() if "You declined" in one.text))
    assert "Take it after all" in declined.labels
    town.alice.presses("Take it after all", on=declined)
    room.hears("Alice Chen took this")
    assert town.incident().state is State.IN_PROGRESS


def test_an_sms_declines_too_and_says_who_is_next(town: Town) -> None:
    town.declares()
    eventually(lambda: len(town.alice.phone.pages) == 1)
    town.alice.texts("DECLINE 1")
    eventually(lambda: len(town.alice.phone.messages) == 2)
    assert town.alice.phone.messages[1] == "You declined INC-1. Bob Okafor is paged instead."
    eventually(lambda: len(town.bob.phone.pages) == 1)


def test_an_sms_that_could_mean_two_pages_is_asked_which(town: Town) -> None:
    town.declares("sev2 it is slow")
    town.declares("sev2 it is down")
    eventually(lambda: len(town.alice.phone.pages) == 2)
    for said, answer in {
        "ack": "You are paged for INC-2 and INC-1. Say which, such as ACK 2 or ACK ALL.",
        "who is this?": 'Not understood: "who is this?". Nothing was changed. Reply ACK, DECLINE, ESCALATE, RESOLVE,'
        " NOTE and your words, or ACK ALL, with the number where several are open.",
        "ack 2": "You acked INC-2 (it is down). You have it: nobody else is paged.",
        "Ack inc-2": "You acked INC-2 (it is down). You have it: nobody else is paged.",
        "ACK!": "You acked INC-1 (it is slow). You have it: nobody else is paged.",
        "ack INC-77": "There is no incident INC-77 that you can see. No page waits for you.",
    }.items():
        before = len(town.alice.phone.messages)
        town.alice.texts(said)
        eventually(lambda before=before: len(town.alice.phone.messages) > before)  # type: ignore[misc]
        assert (said, town.alice.phone.messages[-1]) == (said, answer)


def test_a_strangers_sms_is_not_answered_and_changes_nothing(build: Build, tmp_path: Path) -> None:
    town = build(POSTURE=posture(tmp_path, {', phone: "+15550100004"': ""}))
    town.bot.start()
    town.declares()
    town.dave.texts("ack 1")
    eventually(lambda: [one for one in town.outside.log() if one.get("target") == "callback" and one["status"] == 200])
    town.alice.presses("Why me?", on=town.alice.page())
    assert town.incident().state is State.ASSIGNED
    assert town.dave.phone.messages == []
    town.ends_well()


def test_a_double_press_acks_once_and_says_nothing_twice(town: Town) -> None:
    room = town.declares()
    page = town.alice.page()
    town.outside.at_once(*3 * [lambda: town.alice.presses("Ack", on=page)])
    room.hears("Alice Chen acked")
    eventually(town.at_rest)
    assert town.kinds().count(Kind.ACKED) == 1
    assert [told for told in room.told() if "acked (" in told] == ["INC-1: Alice Chen acked (Slack button)."]


def test_two_people_ack_at_once_and_one_has_it(town: Town) -> None:
    room = town.declares()
    town.bob.joins(room.id)
    page, card = town.alice.page(), town.card()
    town.outside.at_once(lambda: town.alice.presses("Ack", on=page), lambda: town.bob.presses("Ack", on=card))
    eventually(lambda: [told for told in room.told() if "acked (" in told])
    eventually(town.at_rest)
    assert town.kinds().count(Kind.ACKED) == 1
    assert len([told for told in room.told() if "acked (" in told]) == 1


def test_an_ack_of_what_is_over_is_a_polite_no_op(town: Town) -> None:
    room = town.declares()
    assert town.dave.types("/incident resolve it was nothing", room.id) == ""  # the room is told
    eventually(lambda: town.alice.user in room.members)
    assert town.alice.types("/incident ack", room.id) == (
        "INC-1 (payments API is slow) was already resolved. Nothing is asked of you; thank you."
    )


def test_an_ack_given_back_pages_again_and_escalation_goes_to_who_was_chosen(town: Town) -> None:
    room = town.declares()
    town.alice.presses("Ack", on=town.alice.page())
    room.hears("Alice Chen acked")
    town.alice.types("/incident unack my laptop died", room.id)
    room.hears("Alice Chen gave the ack back")
    eventually(lambda: len(town.alice.phone.pages) == 2)
    town.alice.types("/incident escalate", room.id)
    form = town.alice.form("escalate_form")
    assert "*The next step* is tier 2 of 3: Bob Okafor (Slack, SMS and email; phone call after 2 min)." in form.words
    assert "*Tier 3 of 3:* Carol Díaz (Slack, SMS and email; phone call after 2 min)" in form.words
    assert town.alice.submits(form, tier="3") == {}
    room.hears("Alice Chen escalated: Carol Díaz is paged (tier 3, cycle 1)")
    eventually(lambda: len(town.carol.phone.pages) == 1)
    assert town.bob.phone.pages == []


def test_assigned_to_somebody_they_are_paged_and_then_the_policy(town: Town) -> None:
    room = town.declares()
    eventually(lambda: town.alice.user in room.members)
    town.alice.presses("Assign", on=town.card())
    assert town.alice.submits(town.alice.form("assign_form"), person=town.bob.user) == {}
    room.hears("Alice Chen assigned this to")
    eventually(lambda: len(town.bob.phone.pages) == 1)
    town.clock.passes(minutes=5)
    eventually(lambda: len(town.alice.phone.pages) == 2)
    town.bob.texts("ack")
    town.card_shows("Bob Okafor acked")


def test_a_longer_policy_that_climbed_before_does_not_confuse_a_later_one(town: Town) -> None:
    room = town.declares()
    eventually(lambda: town.alice.user in room.members)
    town.alice.types("/incident assign @bob", room.id)
    room.hears("Alice Chen assigned this to")
    town.alice.types("/incident resolve done", room.id)
    town.alice.types("/incident reopen it is back", room.id)
    said = town.alice.types("/incident escalate tier 4", room.id)
    assert "tier" in said
    assert town.bot.ready()


def test_two_people_resolve_at_once_and_one_is_told_who_did(town: Town) -> None:
    room = town.declares()
    for person in (town.alice, town.bob):
        person.joins(room.id)
    said = town.outside.at_once(
        lambda: town.alice.types("/incident resolve INC-1 rolled back"),
        lambda: town.bob.types("/incident resolve INC-1 restarted it"),
    )
    won = [one for one in said if "is resolved. Nobody is paged any more." in one]
    lost = [one for one in said if "was already resolved by" in one]
    assert (len(won), len(lost)) == (1, 1)
    eventually(town.at_rest)
    assert town.kinds().count(Kind.RESOLVED) == 1
    assert len([message for message in room.messages() if message.files]) == 1


def test_an_event_that_slack_sends_again_is_acted_on_once(town: Town) -> None:
    room = town.declares()
    clue = town.dave.says("disk is full", room.id)
    town.dave.reacts("pushpin", on=clue)
    eventually(lambda: "white_check_mark" in room.has(clue).reactions)
    for _ in range(3):
        town.outside.post("sockets", action="duplicate")
    town.alice.reacts("eyes", on=town.alice.page())
    room.hears("Alice Chen acked")
    for _ in range(3):
        town.outside.post("sockets", action="duplicate")
    eventually(town.at_rest)
    assert [town.kinds().count(kind) for kind in (Kind.PINNED, Kind.ACKED)] == [1, 1]


def test_reactions_that_arrive_in_the_wrong_order_end_as_they_were_left(town: Town) -> None:
    room = town.declares()
    town.bob.joins(room.id)
    card = town.card()
    for _ in range(5):
        town.bob.reacts("medal", on=card)
        town.bob.takes_back("medal", on=card)
    town.bob.reacts("medal", on=card)
    town.card_shows("*Commander* <@U0BOB>")
    eventually(lambda: _heard(town) == 11)
    eventually(town.at_rest)
    assert town.card().words.count("*Commander* <@U0BOB>") == 1


def _heard(town: Town) -> int:
    """Reactions of people that were acked."""
    envelopes = [entry for entry in town.outside.log() if entry["kind"] == "envelope" and entry["ack"] is not None]
    events = [entry["payload"].get("event", {}) for entry in envelopes]
    return len([one for one in events if str(one.get("type")).startswith("reaction_") and one["user"] == "U0BOB"])


def test_a_pin_taken_back_is_retracted_and_not_forgotten(town: Town) -> None:
    room = town.declares()
    clue = town.dave.says("the disk is full", room.id)
    town.dave.reacts("pushpin", on=clue)
    eventually(lambda: "white_check_mark" in room.has(clue).reactions)
    town.dave.takes_back("pushpin", on=clue)
    eventually(lambda: town.kinds().count(Kind.UNPINNED) == 1)
    assert town.kinds().count(Kind.PINNED) == 1
