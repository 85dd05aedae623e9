"""Life in the war room: who leads, what is nagged about, what everybody sees, how it ends and comes back."""

from __future__ import annotations

from town.town import Town
from town.waiting import eventually

from bot.domain.incident import ClosedAs, State
from bot.domain.timeline import Kind


def test_nobody_commands_a_sev1_and_the_reminder_comes_until_it_is_settled(town: Town) -> None:
    room = town.declares("sev1 payments API is slow")
    town.alice.presses("Ack", on=town.alice.page())
    town.clock.passes(minutes=5)
    first = room.hears("has had no commander for 5 min")
    assert first.labels[:2] == ["Volunteer", "Give the role"]
    town.alice.presses("Snooze 30 min", on=first)
    eventually(lambda: town.kinds().count(Kind.SNOOZED) == 1)
    town.clock.passes(minutes=29)
    room.hears("has had no status update")
    assert _nags(town, "no commander") == 1
    town.clock.passes(minutes=1)
    eventually(lambda: _nags(town, "no commander") == 2)
    town.alice.presses("Volunteer", on=room.hears("has had no commander for 35 min"))
    town.card_shows("*Commander* <@U0ALICE>")
    town.clock.passes(minutes=60)
    eventually(town.at_rest)
    assert _nags(town, "no commander") == 2


def test_the_reminder_for_an_update_is_settled_by_one_and_can_be_stopped(town: Town) -> None:
    room = town.declares()
    town.alice.presses("Ack", on=town.alice.page())
    town.clock.passes(minutes=15)
    nag = room.hears("has had no status update in the 15 min since it was declared")
    town.alice.presses("Update status", on=nag)
    form = town.alice.form("update_form")
    assert town.alice.submits(form, text="", status="identified") == {"text": "Please complete this required field."}
    assert town.alice.submits(form, text="Rolling back", status="identified") == {}
    room.hears("Alice Chen posted a status update (identified)")
    town.clock.passes(minutes=14)
    eventually(town.at_rest)
    assert _nags(town, "no status update") == 1
    town.clock.passes(minutes=2)
    again = room.hears("has had no status update for 16 min")
    town.alice.presses("Stop reminding", on=again)
    eventually(lambda: town.kinds().count(Kind.SNOOZED) == 1)
    town.clock.passes(minutes=120)
    eventually(town.at_rest)
    assert _nags(town, "no status update") == 2


def _nags(town: Town, words: str) -> int:
    return len([told for told in town.room().told() if words in told])


def test_roles_are_given_by_line_and_by_form_and_their_holders_get_a_checklist(town: Town) -> None:
    room = town.declares()
    assert town.dave.types("/incident role scribe @carol", room.id) == ""  # the room is told
    eventually(lambda: [one for one in town.carol.dms() if one.text == "You are now scribe of INC-1."])
    town.dave.presses("Role", on=town.card())
    form = town.dave.form("role_form")
    assert town.dave.submits(form, role="commander", person=town.bob.user) == {}
    town.card_shows("*Commander* <@U0BOB>")
    town.card_shows("*Scribe* <@U0CAROL>")
    eventually(lambda: {town.bob.user, town.carol.user} <= room.members)
    town.carol.reacts("medal", on=town.card())
    eventually(lambda: [one for one in town.carol.whispers(room.id) if "Bob Okafor is commander already" in one])
    town.bob.leaves(room.id)
    eventually(
        lambda: [one for one in town.bob.dms() if "You left the war room of INC-1 and still command it" in one.text]
    )


def test_the_card_the_topic_and_the_announcement_follow_everything(town: Town) -> None:
    room = town.declares("sev2 payments API is slow")
    announced = town.announcement("incidents")
    assert announced.labels == ["Join"]
    town.carol.presses("Join", on=announced)
    eventually(lambda: town.carol.user in room.members)
    town.dave.types("/incident status identified", room.id)
    eventually(lambda: "identified · not acked yet" in room.topic)
    eventually(lambda: "status *identified*" in town.announcement("incidents").words)
    town.alice.presses("Severity", on=town.card())
    form = town.alice.form("severity_form")
    assert town.alice.submits(form, severity="SEV2") == {"severity": "It is SEV2 already."}
    assert town.alice.submits(form, severity="SEV3", reason="a workaround exists") == {}
    eventually(lambda: "SEV3 INC-1" in room.topic)
    town.card_shows("*SEV3 medium*")
    room.hears("Alice Chen changed the severity from SEV2 to SEV3")


def test_everybody_can_look_anywhere_at_any_time_and_ack_from_app_home(town: Town) -> None:
    room = town.declares()
    home = town.alice.home()
    assert "payments API is slow" in home.words
    assert "payments-second" in home.words
    town.alice.presses_at_home("Ack")
    room.hears("Alice Chen acked (Slack button)")
    shown = {line: town.carol.reads(f"/incident {line}").words for line in ("list", "show 1", "timeline 1", "why 1")}
    assert "payments API is slow" in shown["list"]
    assert "Slack delivered" in shown["show 1"]
    assert "Alice Chen acked" in shown["timeline 1"]
    assert "tier 1, cycle 1" in shown["why 1"]


def test_cancelled_it_asks_for_no_postmortem_and_reopened_it_pages_again(town: Town) -> None:
    room = town.declares()
    town.dave.presses("Cancel (false alarm)", on=town.card())
    assert town.dave.submits(town.dave.form("cancel_form"), reason="The probe was wrong") == {}
    eventually(lambda: room.topic.startswith("🚫 SEV2 INC-1 · cancelled"))
    eventually(town.at_rest)
    assert town.incident().closed_as is ClosedAs.CANCELLED
    assert town.dave.types("/incident postmortem", room.id).startswith("INC-1 has no postmortem")
    assert [message for message in room.messages() if message.files] == []
    town.dave.presses("Reopen", on=town.card())
    form = town.dave.form("reopen_form")
    assert town.dave.submits(form, reason="It was not wrong") == {}
    eventually(lambda: len(town.alice.phone.pages) == 2)
    assert town.incident().state is State.ASSIGNED


def test_resolving_needs_words_and_ends_everything(town: Town) -> None:
    room = town.declares()
    town.dave.presses("Resolve", on=town.card())
    form = town.dave.form("resolve_form")
    assert town.dave.submits(form, text="  ") == {"text": "The resolution is empty. Type what you want to say."}
    assert town.dave.submits(form, text="Restarted it") == {}
    room.hears("is resolved")
    town.clock.passes(minutes=90)
    eventually(town.at_rest)
    assert [len(person.phone.pages) for person in town.everybody] == [1, 0, 0, 0]
    assert [told for told in room.told() if "has had no" in told] == []
    assert "Resolved by Dave Novak" in town.alice.pages()[0].text
    assert town.bob.types("/incident severity INC-1 sev1").startswith("INC-1 was already resolved by Dave Novak")
