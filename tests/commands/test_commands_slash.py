"""`/incident …` in a real Slack: every line is acted on, shown or answered with what to do."""

from __future__ import annotations

import pytest
from commands_town import Town

from bot.domain.incident import ClosedAs, State, Status
from bot.domain.people import Source


async def test_one_line_declares_at_once_and_names_who_is_paged(town: Town) -> None:
    said = await town.slash("dave", "declare sev2 payments api is slow")
    assert said == (
        "INC-1 (payments api is slow) is declared as SEV2. Paged now: Alice Chen. The war room opens now; you are"
        " invited."
    )
    incident = await town.night.incident()
    assert (incident.title, incident.severity, incident.service) == ("payments api is slow", "SEV2", "payments-api")
    assert incident.reporter_id == town.night.people["dave"].id


async def test_a_bare_declare_opens_the_form(town: Town) -> None:
    assert await town.slash("dave", "declare sev1") == ""
    assert town.form("dave") == "declare_form"


async def test_acts_name_the_incident_or_mean_the_one_of_the_war_room(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    room, _ = await town.card()
    assert await town.slash("alice", "ack", "C0GENERAL") == (
        "This channel is no war room. Name the incident, such as `INC-42`, or ask in its war room."
    )
    assert await town.slash("alice", "ack", room) == ""  # the room is told
    assert await town.slash("bob", "take 1") == "You took INC-1 (it is slow). You have it: nobody else is paged."
    picture = await town.night.picture()
    assert [one.ack_source for one in picture.responders if one.ack_source] == [Source.SLACK_COMMAND.value] * 2


async def test_in_the_war_room_what_it_is_told_anyway_is_answered_by_an_empty_ack(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    room, _ = await town.card()
    lines = ["ack", "note it restarts", "update we roll back", "status monitoring", "role commander", "severity sev1"]
    before = len(town.envelopes())
    assert [await town.slash("alice", line, room) for line in lines] == [""] * 6
    acks = [envelope["ack"] for envelope in town.envelopes()[before:] if "command" in envelope["payload"]]
    assert acks == [{"payload": None}] * 6
    assert await town.slash("alice", "status monitoring", room) != ""  # it is that already: nobody is told
    assert (await town.slash("dave", "ack", room)).startswith("Alice Chen acked INC-1 before you.")


def _named(line: str) -> str:
    """The same for somebody who is not in the war room."""
    verb, _, rest = line.partition(" ")
    return f"{verb} INC-1 {rest}".strip()


async def test_a_whole_life_by_commands(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    lines = {
        "ack": "You acked INC-1 (it is slow). You have it: nobody else is paged.",
        "role commander": "Alice Chen is now commander of INC-1.",
        "role scribe <@U0BOB>": "Bob Okafor is now scribe of INC-1.",
        "role commander none": "The role commander of INC-1 is free again.",
        "status identified": "The status of INC-1 is identified now.",
        "update rolling back status:mitigating": "The update of INC-1 is posted. Status: mitigating.",
        "severity sev3 only a few": "INC-1 is SEV3 now (was SEV2).",
        "note tried a restart": "Noted in the timeline of INC-1.",
        "unack going offline": "Your ack of INC-1 is given back. Paging goes on where it stopped.",
        "assign <@U0BOB>": "INC-1 is assigned to Bob Okafor, who is paged now.",
        "resolve rolled back": "INC-1 (it is slow) is resolved. Nobody is paged any more. Thank you.",
        "reopen it is back": "INC-1 (it is slow) is open again.",
        "cancel a false alarm": "INC-1 (it is slow) is cancelled as a false alarm. Nobody is paged any more.",
    }
    said = {line: await town.slash("alice", _named(line)) for line in lines}
    assert said == lines
    incident = await town.night.incident()
    assert (incident.state, incident.closed_as) == (State.RESOLVED, ClosedAs.CANCELLED)


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("update 1", "update_form"),
        ("severity 1", "severity_form"),
        ("role 1", "role_form"),
        ("assign 1", "assign_form"),
        ("resolve 1", "resolve_form"),
        ("reopen 1", "reopen_form"),
        ("cancel 1", "cancel_form"),
        ("note INC-1", "note_form"),
        ("update INC-1", "update_form"),
        ("status 1", "update_form"),
        ("escalate INC-1", "escalate_form"),
    ],
)
async def test_a_line_that_leaves_something_out_opens_the_form_that_asks(town: Town, line: str, form: str) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.slash("dave", line)
    assert town.form("dave") == form


async def test_looks_show_without_changing_anything(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    before = await town.night.incident()
    assert await town.slash("dave", "list") == "1 open incident: INC-1"
    assert await town.slash("dave", "show 1") == "INC-1: it is slow"
    assert (await town.slash("dave", "timeline 1")).startswith("Timeline of INC-1")
    assert "INC-1" in await town.slash("dave", "why 1")
    assert await town.slash("dave", "postmortem 1") == (
        "INC-1 has no postmortem: there is one only after an incident is resolved, where its severity asks for it."
    )
    assert await town.slash("dave", "help") == "Help for /incident"
    assert (await town.slash("dave", "help ack")).startswith("`/incident ack`")
    assert await town.night.incident() == before


async def test_mistakes_are_answered_with_what_to_do_and_change_nothing(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    before = await town.night.incident()
    lines = {
        "akc": "There is no command “akc”. Did you mean `/incident ack`?",
        "assign 1 bob": "“bob” is nobody I can find. Mention the person with @: `/incident assign @person`.",
        "ack 99": "There is no incident INC-99 that you can see. Try `/incident list`.",
        "severity INC-1 sev9": "There is no severity “sev9”. Use SEV1, SEV2, SEV3 or SEV4.",
        "status 1 fine": ("There is no status “fine”. Use investigating, identified, mitigating or monitoring."),
        "role 1 king": "There is no role “king”. Use commander, comms or scribe.",
        "escalate INC-1 9": "There is no tier 9: the policy has 3. Nobody was paged. Choose one of those, or leave the"
        " number out for the next step.",
        "decline 1": "You are not paged for INC-1, so there is nothing to decline. To help, press Take.",
    }
    assert {line: await town.slash("bob", line) for line in lines} == lines
    assert await town.night.incident() == before


@pytest.mark.parametrize("verb", ["update", "status", "severity", "role", "assign", "escalate", "resolve", "cancel"])
async def test_a_closed_incident_is_refused_before_a_form_is_filled_in(town: Town, verb: str) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.slash("dave", "resolve INC-1 restarted")
    await town.slash("dave", f"{verb} INC-1")
    assert (town.form("dave"), town.whispers("dave")[-1].startswith("INC-1 was already resolved by")) == ("", True)


async def test_a_closed_incident_still_takes_notes(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.slash("dave", "resolve INC-1 restarted")
    await town.slash("dave", "note 1")
    assert town.form("dave") == "note_form"


async def test_a_guest_reads_but_changes_nothing(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    refused = "Guests can read here but change nothing. Ask a full member of this workspace to do it."
    assert await town.slash("gina", "ack 1") == refused
    assert await town.slash("gina", "declare sev1 x") == refused
    assert await town.slash("gina", "show 1") == "INC-1: it is slow"
    assert await town.slash("gina", "resolve 1") == ""
    assert (town.form("gina"), town.whispers("gina")[-1]) == ("", refused)
    assert (await town.night.incident()).status is Status.INVESTIGATING


async def test_escalating_to_a_tier_pages_it_at_once(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    assert await town.slash("alice", "escalate INC-1 2") == "INC-1 is escalated: Bob Okafor is paged (tier 2)."


async def test_somebody_never_met_is_looked_up_first(town: Town) -> None:
    person = await town.edge.person("U0HENRY")
    assert (person.name, person.active) == ("Henry Mills", False)
