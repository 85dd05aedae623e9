"""Ways to declare: a line, a form, a shortcut, a message; and what is said to whoever gets it wrong."""

from __future__ import annotations

from town.town import Town
from town.waiting import eventually

from bot.domain.timeline import Kind


def test_a_form_asks_for_what_a_bare_declare_leaves_out(town: Town) -> None:
    assert town.dave.types("/incident declare") == ""
    form = town.dave.form("declare_form")
    assert (form.filled("severity"), form.filled("service")) == ("SEV2", "payments-api")
    assert town.dave.submits(form, title="   ") == {
        "title": "An incident needs a title: say in a few words what is broken."
    }
    assert town.dave.forms() == ["declare_form"]
    filled = {"severity": "SEV3", "service": "website", "description": "Since noon", "page": "yes"}
    assert town.dave.submits(form, title="The logo is upside down", **filled) == {}
    assert town.dave.forms() == []
    room = town.room()
    assert room.name == "inc-1-the-logo-is-upside-down"
    town.card_shows("Since noon")
    assert town.dave.page().text.startswith("SEV3 INC-1 · The logo is upside down. You are paged")
    incident = town.incident()
    assert (incident.severity, incident.service, incident.private) == ("SEV3", "website", False)
    town.announcement("incidents")


def test_the_form_lists_what_is_open_already(town: Town) -> None:
    town.declares("sev2 payments API is slow")
    town.bob.uses_shortcut("declare_incident")
    form = town.bob.form("declare_form")
    assert "*Open already.*" in form.words
    assert "payments API is slow" in form.words


def test_a_form_that_is_sent_twice_declares_once(town: Town) -> None:
    town.dave.types("/incident declare")
    form = town.dave.form("declare_form")
    town.outside.at_once(*2 * [lambda: town.dave.submits(form, title="It is slow")])
    town.card()
    assert town.numbers() == [1]


def test_a_message_becomes_the_first_fact_with_its_permalink(town: Town) -> None:
    clue = next(one for one in town.channel("payments").messages() if "slower than usual" in one.text)
    town.bob.uses_shortcut("declare_incident_from_message", on=clue)
    form = town.bob.form("declare_form")
    assert form.filled("title").startswith("Card authorisations look slower than usual")
    assert town.bob.submits(form, title="Card authorisations are slow") == {}
    room = town.room()
    assert town.kinds()[:2] == [Kind.PINNED, Kind.DECLARED]
    shown = town.bob.reads("/incident timeline", at="C0INCIDENTS")
    assert "This channel is no war room" in shown.text
    eventually(lambda: town.bob.user in room.members)
    assert "Card authorisations look slower than usual" in town.bob.reads("/incident timeline", at=room.id).words
    pinned = town.asks(lambda tx: tx.timeline.of(1))[0]
    assert pinned.data["permalink"].endswith(f"/archives/{clue.channel}/p{clue.ts.replace('.', '')}")


def test_a_line_that_cannot_be_done_gets_a_clear_sentence_and_changes_nothing(town: Town) -> None:
    lines = {
        "declare sev9 it is slow": "There is no severity “SEV9”. Use SEV1, SEV2, SEV3 or SEV4.",
        "declare sev2 " + "x" * 151: "The title has 151 characters; 150 is the most. Shorten it, and put the rest into"
        " the description.",
        "show INC-7": "There is no incident INC-7 that you can see. Try `/incident list`.",
        "ack": "This channel is no war room. Name the incident, such as `INC-42`, or ask in its war room.",
        "assign INC-1 bob": "“bob” is nobody I can find. Mention the person with @: `/incident assign @person`.",
        "acknowlege INC-1": "There is no command “acknowlege”. Did you mean `/incident ack`?",
        "frobnicate": "There is no command “frobnicate”. `/incident help` lists them all.",
    }
    assert {line: town.alice.types(f"/incident {line}") for line in lines} == lines
    assert town.numbers() == []
