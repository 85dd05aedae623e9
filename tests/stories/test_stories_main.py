"""The night everything stands for: declared, not answered, answered, led, resolved, written down."""

from __future__ import annotations

from town.town import Town
from town.waiting import eventually

from bot.domain.incident import State, Status


def test_a_night_from_the_declaration_to_the_postmortem(town_on_both: Town) -> None:
    town = town_on_both
    alice, bob, carol, dave = town.everybody

    # Dave sees that payments are slow. He is told at once who is woken, and everything opens by itself.
    said = dave.types("/incident declare sev1 payments API is slow")
    assert said == (
        "INC-1 (payments API is slow) is declared as SEV1. Paged now: Alice Chen and Carol Díaz. The war room opens"
        " now; you are invited."
    )
    room = town.room()
    assert room.name == "inc-1-payments-api-is-slow"
    eventually(lambda: room.members == {"U0TOCSIN", dave.user, alice.user, carol.user})
    eventually(lambda: room.pins == [town.card().ts])
    eventually(lambda: room.bookmarks == {"Runbook": "https://runbooks.acme.example/payments-api"})
    eventually(lambda: room.topic == "🔴 SEV1 INC-1 · investigating · not acked yet · payments API is slow")
    announced = town.announcement("p1-incidents")
    assert announced.text == "SEV1 INC-1 · payments API is slow: nobody has acked yet"

    # Alice is woken by everything she has. Carol is told because it is a SEV1.
    assert alice.page().labels == ["Ack", "Decline", "Escalate", "Runbook", "Why me?"]
    eventually(lambda: len(alice.phone.pages) == len(alice.mails()) == 1)
    assert alice.phone.pages[0].startswith("SEV1 INC-1 payments API is slow\nReply ACK 1 or DECLINE 1.\nSEV1 is crit")
    assert alice.mails()[0]["subject"] == "[SEV1] INC-1 payments API is slow"
    assert "eng-manager, because it is SEV1" in carol.page().words
    town.card_shows("Bob Okafor is paged (tier 2 of 3, cycle 1)")

    # Nobody answers for five minutes: Bob is next.
    town.clock.passes(minutes=5)
    eventually(lambda: len(bob.phone.pages) == 1)
    room.hears("Nobody acked in time: Bob Okafor is paged (tier 2, cycle 1)")
    eventually(lambda: bob.user in room.members)

    # Bob acks from his phone, and everybody is left alone.
    bob.texts("ack")
    eventually(lambda: len(bob.phone.messages) == 2)
    assert bob.phone.messages[1] == "You acked INC-1 (payments API is slow). You have it: nobody else is paged."
    room.hears("Bob Okafor acked (SMS)")
    town.card_shows("Bob Okafor acked at ")
    eventually(lambda: "Bob Okafor acked" in alice.pages()[0].text and alice.pages()[0].labels == ["Why?"])
    assert town.incident().state is State.IN_PROGRESS

    # He volunteers with a medal, thinks better of it, and Carol takes command.
    bob.reacts("medal", on=town.card())
    town.card_shows("*Commander* <@U0BOB>")
    eventually(lambda: "You are now commander of INC-1." in [message.text for message in bob.dms()])
    bob.takes_back("medal", on=town.card())
    room.hears("Bob Okafor is no longer commander")
    carol.reacts("medal", on=town.card())
    town.card_shows("*Commander* <@U0CAROL>")

    # The room works: an update, a severity that is not so bad after all, a note, and a message that matters.
    carol.presses("Update status", on=town.card())
    update = carol.form("update_form")
    assert carol.submits(update, text="A bad deploy. Rolling back.", status="mitigating") == {}
    town.card_shows("A bad deploy. Rolling back.")
    assert carol.types("/incident severity sev2 only cards fail", room.id) == ""  # the room is told
    assert bob.types("/incident note rolled back by hand", room.id) == ""
    room.hears("Bob Okafor noted")
    clue = alice.says("The deploy at 02:50 changed the pool size", room.id)
    bob.reacts("pushpin", on=clue)
    eventually(lambda: "white_check_mark" in room.has(clue).reactions)
    eventually(lambda: "mitigating · Bob Okafor has it · payments API" in room.topic)
    town.announcement("incidents")  # where a SEV2 is announced

    # Bob says what fixed it, and the postmortem stands in the room.
    bob.presses("Resolve", on=town.card())
    assert bob.submits(bob.form("resolve_form"), text="Rolled back to v41") == {}
    room.hears("The postmortem of INC-1 is drafted")
    assert [told for told in room.told() if "is resolved" in told] == [
        "INC-1 is resolved after 5 min: Rolled back to v41"
    ]
    eventually(lambda: room.topic == "✅ SEV2 INC-1 · resolved after 5 min")
    eventually(lambda: town.announcement("p1-incidents").text.endswith("resolved after 5 min"))
    document = room.file("postmortem-inc-1.md")
    known = ("Rolled back to v41", "changed the pool size", "Carol Díaz", "Bob Okafor, SMS", "A bad deploy")
    assert [fact for fact in known if fact not in document] == []
    shown = dave.reads("/incident postmortem", room.id)
    assert shown.text == "The postmortem of INC-1 is drafted: payments API is slow"
    incident = town.incident()
    assert (incident.state, incident.status) == (State.RESOLVED, Status.RESOLVED)
    eventually(town.at_rest)
    assert [len(person.phone.pages) for person in town.everybody] == [1, 1, 1, 0]
