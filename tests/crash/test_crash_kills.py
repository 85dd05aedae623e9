"""SIGKILL at the worst moments: started again, the bot loses nothing, and doubles nothing that can be looked up."""

from __future__ import annotations

from town.people import Person
from town.town import Town
from town.waiting import eventually

from bot.domain.incident import State
from bot.domain.timeline import Kind

#: What a claim outlives its process by (15 s of real time), and what is done then.
LEASE_SECONDS = 40.0


def _hold_up(town: Town, person: Person, kind: str) -> list[str]:
    """Every page to this person hangs: before it has any effect, or after."""
    return [
        town.outside.fault("chat.postMessage", kind, match={"channel": person.dm}),
        town.outside.fault("messages.create", kind, target="twilio", match={"To": person.number}),
        town.outside.fault("data", kind, target="smtp", match={"to": person.email}),
    ]


def test_killed_while_pages_are_on_the_wire(town: Town) -> None:
    eventually(lambda: town.dave.dm in [one["id"] for one in town.outside.get("state")["channels"]])
    faults = _hold_up(town, town.alice, "timeout_before") + _hold_up(town, town.dave, "timeout_after")
    town.bob.types("/incident declare sev2 payments API is slow")
    town.bob.types("/incident declare sev2 website the front page is blank")
    eventually(lambda: [town.outside.hits(fault) for fault in faults] == [1] * 6)
    eventually(lambda: len(town.dave.phone.pages) == len(town.dave.mails()) == len(town.dave.pages()) == 1)
    town.bot.kill()
    assert [len(town.alice.phone.pages), len(town.alice.mails()), len(town.alice.pages())] == [0, 0, 0]
    town.outside.mend()
    town.bot.start()

    # Alice got nothing, so she gets everything, said to be a possible repeat. Dave's SMS and DM are found.
    # There is no looking up a mail: it comes again under the same Message-ID, and says that it may be a repeat.
    eventually(lambda: len(town.alice.phone.pages) == len(town.alice.mails()) == 1, seconds=LEASE_SECONDS)
    assert "This may be a repeat" in town.alice.phone.pages[0]
    assert "This may be a repeat" in town.alice.page().words
    eventually(lambda: len(town.dave.mails()) == 2)
    assert "This may be a repeat" in town.dave.mails()[1]["text"]
    eventually(lambda: town.at_rest(1) and town.at_rest(2))
    assert [len(town.dave.phone.pages), len(town.dave.pages())] == [1, 1]
    assert [len(town.alice.phone.pages), len(town.alice.pages())] == [1, 1]
    town.alice.texts("ack")
    town.card_shows("Alice Chen acked")


def test_killed_right_after_it_was_declared(town_on_both: Town) -> None:
    town = town_on_both
    assert town.dave.types("/incident declare sev1 payments API is slow").startswith("INC-1 (payments API is slow) is")
    town.bot.kill()
    town.bot.start()
    three = (town.alice, town.carol)
    eventually(lambda: [len(one.phone.pages) for one in three] == [1, 1], seconds=LEASE_SECONDS)
    eventually(lambda: town.at_rest() and len(town.room().pins) == 1, seconds=LEASE_SECONDS)
    rooms = [one["name"] for one in town.outside.get("state")["channels"] if one["name"].startswith("inc-")]
    assert rooms == ["inc-1-payments-api-is-slow"]
    cards = [one for one in town.room().messages() if "INC-1 · payments" in one.text and one.raw.get("blocks")]
    assert len(cards) == 1
    assert town.kinds().count(Kind.DECLARED) == 1


def test_killed_between_two_tiers(town: Town) -> None:
    town = town
    room = town.declares()
    town.bot.kill()
    town.clock.passes(minutes=5)
    town.bot.start()
    eventually(lambda: len(town.bob.phone.pages) == 1)
    room.hears("Nobody acked in time: Bob Okafor is paged (tier 2, cycle 1)")
    eventually(town.at_rest)
    assert [len(person.phone.pages) for person in town.everybody] == [1, 1, 0, 0]
    town.bot.kill()
    town.bot.start()
    town.clock.passes(minutes=5)
    eventually(lambda: len(town.carol.phone.pages) == 1)
    assert [len(person.phone.pages) for person in town.everybody] == [1, 1, 1, 0]


def test_killed_right_after_an_ack(town_on_both: Town) -> None:
    town = town_on_both
    room = town.declares()
    town.alice.presses("Ack", on=town.alice.page())
    town.bot.kill()
    town.bot.start()
    town.card_shows("Alice Chen acked", seconds=LEASE_SECONDS)
    town.clock.passes(minutes=60)
    eventually(town.at_rest, seconds=LEASE_SECONDS)
    assert town.incident().state is State.IN_PROGRESS
    assert [len(person.phone.pages) for person in town.everybody] == [1, 0, 0, 0]
    assert len([told for told in room.told() if "Alice Chen acked (" in told]) == 1


def test_killed_between_the_postmortems_file_and_its_summary(town: Town) -> None:
    room = town.declares()
    town.alice.presses("Ack", on=town.alice.page())
    room.hears("Alice Chen acked")
    eventually(town.at_rest)
    town.outside.fault("files.completeUploadExternal", "timeout_after")
    assert town.alice.types("/incident resolve INC-1 rolled back").endswith("Thank you.")
    room.file("postmortem-inc-1.md")
    town.bot.kill()
    town.bot.start()
    eventually(
        lambda: [told for told in room.told() if "postmortem of INC-1 is drafted" in told], seconds=LEASE_SECONDS
    )
    eventually(town.at_rest, seconds=LEASE_SECONDS)
    assert len([message for message in room.messages() if message.files]) == 1
    assert len([told for told in room.told() if told.startswith("INC-1 is resolved")]) == 1
    assert town.kinds().count(Kind.RESOLVED) == 1
