"""Buttons, menus and forms: committed, then acked; every refusal reaches the person who pressed."""

from __future__ import annotations

import pytest
from commands_town import USERS, Town

from bot.domain.incident import ClosedAs, State, Status
from bot.domain.people import EVERYTHING
from bot.domain.timeline import Kind
from bot.views import names
from sandbox import interact


@pytest.fixture
async def declared(town: Town) -> Town:
    """INC-1, declared by Dave: its room and card stand, Alice is paged."""
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    return town


async def test_ack_on_the_page_takes_the_incident(declared: Town) -> None:
    await declared.press("alice", names.ACK, await declared.page())
    incident = await declared.night.incident()
    assert (incident.state, incident.assignee_id) == (State.IN_PROGRESS, declared.night.people["alice"].id)


async def test_a_double_press_counts_once(declared: Town) -> None:
    page = await declared.page()
    await declared.press("alice", names.ACK, page)
    await declared.press("alice", names.ACK, page)
    assert (await declared.night.kinds()).count(Kind.ACKED) == 1
    assert declared.whispers("alice") == []  # the page says what came of it


async def test_the_second_to_ack_is_told_who_was_first(declared: Town) -> None:
    card = await declared.card()
    await declared.press("alice", names.ACK, await declared.page())
    await declared.press("dave", names.ACK, card)
    assert declared.whispers("dave")[-1] == ("Alice Chen acked INC-1 before you. You are on it as a responder too.")


async def test_what_the_room_is_told_anyway_is_not_whispered(declared: Town) -> None:
    before = declared.whispers("dave")
    await declared.press("dave", names.TAKE, await declared.card())
    assert (await declared.night.incident()).state is State.IN_PROGRESS
    assert declared.whispers("dave") == before


async def test_declining_is_for_the_paged_alone(declared: Town) -> None:
    card = await declared.card()
    decline = names.choice(names.DECLINE, 1)
    await declared.press("dave", names.MORE, card, decline)
    assert declared.whispers("dave")[-1] == (
        "You are not paged for INC-1, so there is nothing to decline. To help, press Take."
    )
    await declared.press("alice", names.DECLINE, await declared.page())
    assert declared.whispers("alice") == []
    await declared.deliver()
    assert "You declined at" in declared.direct("alice")[-1]


@pytest.mark.parametrize(
    ("button", "form"),
    [
        (names.ESCALATE, names.FORM_ESCALATE),
        (names.UPDATE, names.FORM_UPDATE),
        (names.RESOLVE, names.FORM_RESOLVE),
        (names.SEVERITY, names.FORM_SEVERITY),
        (names.ASSIGN, names.FORM_ASSIGN),
        (names.ROLE, names.FORM_ROLE),
    ],
)
async def test_a_button_of_the_card_opens_its_form(declared: Town, button: str, form: str) -> None:
    await declared.press("dave", button, await declared.card())
    assert declared.form("dave") == form


async def test_the_update_form_posts_and_moves_the_status(declared: Town) -> None:
    await declared.press("dave", names.UPDATE, await declared.card())
    assert await declared.submit("dave", text="rolling back", status="mitigating") == {}
    incident = await declared.night.incident()
    assert (incident.last_update, incident.status) == ("rolling back", Status.MITIGATING)


async def test_the_resolve_form_needs_what_fixed_it(declared: Town) -> None:
    await declared.press("dave", names.RESOLVE, await declared.card())
    assert await declared.submit("dave", text="   ") == {"text": "The resolution is empty. Type what you want to say."}
    assert await declared.submit("dave", text="rolled back") == {}
    incident = await declared.night.incident()
    assert (incident.closed_as, incident.resolution) == (ClosedAs.RESOLVED, "rolled back")


async def test_two_who_resolve_at_once_one_is_told_beside_the_input(declared: Town) -> None:
    await declared.press("alice", names.RESOLVE, await declared.card())
    await declared.press("dave", names.RESOLVE, await declared.card())
    assert await declared.submit("alice", text="restarted") == {}
    assert await declared.submit("dave", text="rolled back") == {
        "text": "INC-1 was already resolved by Alice Chen, so nothing was changed."
        " To go on with it: `/incident reopen`."
    }
    assert (await declared.night.incident()).resolution == "restarted"


async def test_forms_about_people_find_them(declared: Town) -> None:
    await declared.press("dave", names.ROLE, await declared.card())
    assert await declared.submit("dave", role="commander", person=USERS["bob"]) == {}
    await declared.press("dave", names.ASSIGN, await declared.card())
    assert await declared.submit("dave", person=USERS["carol"]) == {}
    incident, people = await declared.night.incident(), declared.night.people
    assert (incident.commander_id, incident.assignee_id) == (people["bob"].id, people["carol"].id)


async def test_assigning_somebody_who_left_is_refused_beside_the_name(declared: Town) -> None:
    await declared.press("dave", names.ASSIGN, await declared.card())
    assert await declared.submit("dave", person="U0HENRY") == {
        "person": "Henry Mills has left this workspace and cannot be assigned. Choose somebody else."
    }


async def test_the_bot_itself_is_nobody_to_assign_to(declared: Town) -> None:
    await declared.press("dave", names.ASSIGN, await declared.card())
    assert await declared.submit("dave", person="U0TOCSIN") == {"person": "Tocsin is a bot. Mention a person."}


async def test_the_severity_escalate_and_note_forms_do_what_they_say(declared: Town) -> None:
    card = await declared.card()
    await declared.press("dave", names.SEVERITY, card)
    assert await declared.submit("dave", severity="SEV2") == {"severity": "It is SEV2 already."}
    assert await declared.submit("dave", severity="SEV3", reason="only a few") == {}
    await declared.press("dave", names.ESCALATE, card)
    assert await declared.submit("dave", tier="2") == {}
    await declared.press("dave", names.MORE, card, names.choice(names.NOTE, 1))
    assert await declared.submit("dave", text="tried a restart") == {}
    kinds = await declared.night.kinds()
    assert [k for k in kinds if k in (Kind.SEVERITY, Kind.ESCALATED, Kind.NOTE)] == [
        Kind.SEVERITY,
        Kind.ESCALATED,
        Kind.NOTE,
    ]


async def test_the_cancel_and_reopen_forms_need_a_reason(declared: Town) -> None:
    card = await declared.card()
    await declared.press("dave", names.MORE, card, names.choice(names.CANCEL, 1))
    assert await declared.submit("dave", reason=" ") == {
        "reason": "A reason is needed to cancel: `/incident cancel <reason>`."
    }
    assert await declared.submit("dave", reason="a false alarm") == {}
    await declared.deliver()
    await declared.press("dave", names.REOPEN, card)
    assert await declared.submit("dave", reason="it is real") == {}
    assert (await declared.night.incident()).state is not State.RESOLVED


async def test_looks_are_whispered(declared: Town) -> None:
    card = await declared.card()
    await declared.press("bob", names.WHY, card)
    await declared.press("bob", names.MORE, card, names.choice(names.TIMELINE, 1))
    why, timeline = declared.whispers("bob")
    assert (why.split(":")[0], timeline.split(":")[0]) == ("INC-1", "Timeline of INC-1")


async def test_join_invites_to_the_war_room(declared: Town) -> None:
    room, _ = await declared.card()
    place = next(s for s in (await declared.night.picture()).surfaces if s.kind.value == "announcement")
    assert USERS["carol"] not in declared.world.channels[room].members
    await declared.press("carol", names.JOIN, (place.channel, place.ts))
    await declared.deliver()
    assert USERS["carol"] in declared.world.channels[room].members
    assert declared.whispers("carol") == [f"You are invited to <#{room}>, the war room of INC-1."]


async def test_app_home_shows_pages_and_follows_a_press(declared: Town) -> None:
    await interact.home(declared.world, USERS["alice"])
    await declared.until(lambda: USERS["alice"] in declared.world.homes)
    view = declared.world.homes[USERS["alice"]]
    await interact.press(declared.world, USERS["alice"], names.ACK, view_id=view.id)
    await declared.quiet()
    assert (await declared.night.incident()).state is State.IN_PROGRESS
    shown = declared.world.homes[USERS["alice"]].payload["blocks"][0]["text"]["text"]
    assert shown.split("\n")[0] == "*You have INC-1* (commander: nobody, no update yet)"


async def test_shortcuts_open_the_form_and_the_message_becomes_the_first_fact(town: Town) -> None:
    ts = next(iter(town.world.channels["C0PAYMENTS"].messages))
    found = await interact.shortcut(
        town.world, USERS["bob"], names.SHORTCUT_DECLARE_MESSAGE, channel="C0PAYMENTS", ts=ts
    )
    assert "error" not in found
    await town.quiet()
    assert await town.submit("bob", title="Cards fail") == {}
    events = await town.night.events()
    pinned = next(event for event in events if event.kind is Kind.PINNED)
    message = town.world.channels["C0PAYMENTS"].messages[ts]
    assert (pinned.data["text"], pinned.actor_id) == (message.text, town.night.people["alice"].id)
    assert str(pinned.data["permalink"]).endswith(f"/archives/C0PAYMENTS/p{ts.replace('.', '')}")


async def test_the_global_shortcut_declares_and_answers_in_a_direct_message(town: Town) -> None:
    await interact.shortcut(town.world, USERS["bob"], names.SHORTCUT_DECLARE)
    await town.quiet()
    assert await town.submit("bob", title="  ") == {
        "title": "An incident needs a title: say in a few words what is broken."
    }
    assert await town.submit("bob", title="Cards fail", private=["private"], page="no") == {}
    incident = await town.night.incident()
    assert (incident.title, incident.private) == ("Cards fail", True)
    assert town.whispers("bob") == []  # it would be seen only by somebody who looks there at that moment
    assert town.direct("bob") == [
        "INC-1 (Cards fail) is declared as SEV2. Nobody was paged. It is private. The war room opens now; you are"
        " invited.",
    ]
    bot = town.night.bot
    assert await bot.db.read(lambda tx: tx.incidents.open(EVERYTHING)) == [incident]
