"""`/oncall` about schedules, through the sandbox: looked at, handed off, overridden, swapped, covered, switched off."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from commands_town import USERS, Town
from PIL import Image

from bot.views import names
from sandbox import interact, modals

EIGHT = "1795161600"  # this Friday at 08:00 UTC, which is 09:00 for Alice, who lives in Berlin


def plain(text: str) -> str:
    """With times as Slack's fallback shows them."""
    return re.sub(r"<!date\^\d+\^[^|]+\|([^>]+)>", r"\1", text)


async def oncall(town: Town, who: str, text: str) -> str:
    said = await town.slash(who, text, command="/oncall")
    await town.deliver()
    return plain(said)


async def sections(town: Town, who: str, text: str) -> list[str]:
    """The sections of what is shown in answer to a line."""
    found = await interact.slash(town.world, USERS[who], "C0GENERAL", "/oncall", text)
    return [plain(block["text"]["text"]) for block in found["ack"]["blocks"] if block["type"] == "section"]


async def send(town: Town, who: str, **values: str) -> dict[str, str]:
    errors = await town.submit(who, **values)
    await town.deliver()
    return {block: plain(said) for block, said in errors.items()}


async def press(town: Town, who: str, action: str) -> None:
    """A button on the newest direct message that has it."""
    dm = town.world.channels[f"D{USERS[who][1:]}"]
    message = next(one for one in reversed(dm.messages.values()) if action in str(one.blocks))
    await town.press(who, action, (dm.id, message.ts))
    await town.deliver()


def last(town: Town, who: str) -> str:
    return plain(town.direct(who)[-1])


async def test_who_is_on_call_and_who_is_next_is_answered_in_one_glance(town: Town) -> None:
    await oncall(town, "alice", "override payments <@U0BOB> from 06:00 to 07:00")
    assert await sections(town, "dave", "now") == [
        "*payments* <@U0ALICE> until 05:00 UTC, then <@U0BOB>\n*payments-second* <@U0BOB> until 27 Nov 03:00 UTC"
        ", then ⚠️ nobody is planned\n*nobody* ⚠️ nobody is on call."
    ]
    assert await sections(town, "gina", "who PAYMENTS") == ["*payments* <@U0ALICE> until 05:00 UTC, then <@U0BOB>"]
    assert await sections(town, "dave", "next") == [
        "*payments* <@U0BOB> 05:00 UTC (in 2 h)"
        "\n*payments-second* ⚠️ nobody is planned after <@U0BOB>, from 27 Nov 03:00 UTC on."
        "\n*nobody* ⚠️ nobody is planned."
    ]
    [lines, *_] = await sections(town, "dave", "schedule payments")
    assert lines == (
        "*now* – 05:00 UTC  <@U0ALICE>\n05:00 UTC – 06:00 UTC  <@U0BOB>  _override_\n06:00 UTC – and beyond  <@U0ALICE>"
    )


async def test_gaps_and_loads_are_shown(town: Town) -> None:
    [gaps] = await sections(town, "dave", "gaps payments")
    assert gaps.split("\n")[1:] == ["🔸 Alice Chen alone takes every turn of *payments*."]
    assert await sections(town, "dave", "fairness payments 7") == [
        "<@U0ALICE>  24 h · 2 nights · 0 weekend days\n`▇▇▇▇▇▇▇▇▇▇▇▇`"
    ]


async def test_a_handoff_by_line_tells_both(town: Town) -> None:
    assert await oncall(town, "alice", "handoff payments <@U0BOB>") == (
        "Bob Okafor has *payments* instead of Alice Chen from 03:00 UTC to 23 Nov 09:00 UTC. Both are told."
    )
    assert [last(town, "alice").split(" from ")[0], last(town, "bob").split(" from ")[0]] == [
        "Bob Okafor has *payments*",
        "📟 You are on call for *payments*",
    ]


async def test_a_handoff_by_form_says_what_is_wrong_beside_its_input(town: Town) -> None:
    await oncall(town, "alice", "handoff")
    assert town.form("alice") == names.FORM_HANDOFF
    assert await send(town, "alice", schedule="payments", person="U0ALICE") == {
        "person": "Alice Chen has payments then already, so nothing was changed. Choose somebody else."
    }
    assert await send(town, "alice", schedule="payments", person="U0BOB") == {}
    assert town.form("alice") == ""
    assert [text.endswith("Both are told.") for text in town.direct("alice")] == [True, False]


async def test_who_may_not_give_a_shift_is_told_who_can(town: Town) -> None:
    await oncall(town, "dave", "override payments")
    errors = await send(town, "dave", schedule="payments", person="U0DAVE", start=EIGHT, end="1795168800")
    assert errors == {
        "schedule": "That part of payments is not yours to give. Alice Chen and admins can."
        " You can ask for a swap instead."
    }
    await oncall(town, "gina", "override payments")
    assert (town.form("gina"), town.whispers("gina")) == (
        "",
        ["Guests can read here but change nothing. Ask a full member of this workspace to do it."],
    )


async def test_an_override_is_removed_from_the_menu_of_its_schedule(town: Town) -> None:
    await oncall(town, "alice", "override payments <@U0BOB> from 06:00 to 07:00")
    found = await interact.slash(town.world, USERS["bob"], "C0GENERAL", "/oncall", "schedule payments")
    [menu] = [one for block in found["ack"]["blocks"] if block["type"] == "actions" for one in block["elements"]
              if one["action_id"] == names.SHIFT_REMOVE]  # fmt: skip
    assert menu["options"][0]["text"]["text"] == "Bob Okafor, 20 Nov 05:00 – 20 Nov 06:00 UTC"
    shown = town.world.channels["C0GENERAL"].ephemerals.values()
    ts = max(one.ts for one in shown if one.ephemeral_to == USERS["bob"])
    await town.press("bob", names.SHIFT_REMOVE, ("C0GENERAL", ts), menu["options"][0]["value"])
    assert plain(town.whispers("bob")[-1]) == (
        "The override of Bob Okafor on *payments* from 05:00 UTC to 06:00 UTC is removed."
    )


async def test_a_swap_is_asked_for_by_form_and_accepted_on_the_message_that_asks(town: Town) -> None:
    await oncall(town, "alice", "override payments <@U0BOB> from 09:00 to 11:00")
    await oncall(town, "alice", "swap payments")
    view = modals.stack(town.world, USERS["alice"])[-1].payload
    theirs = view["blocks"][2]["element"]["options"]
    assert [one["text"]["text"] for one in theirs] == ["Bob Okafor · Fri 20 Nov 09:00 – Fri 20 Nov 11:00"]
    assert await send(town, "alice", mine=view["blocks"][1]["element"]["options"][0]["value"], theirs=EIGHT) == {}
    assert last(town, "alice") == "Bob Okafor was asked. Until they say yes nothing changes."
    assert last(town, "bob").startswith("Alice Chen asks you to swap shifts of *payments*: you would have theirs")
    await press(town, "bob", names.SWAP_ACCEPT)
    asked = next(one for one in town.world.channels["D0BOB"].messages.values() if "asks you to swap" in str(one.blocks))
    assert (asked.text, "actions" in str(asked.blocks)) == (
        "You and Alice Chen swapped shifts of *payments*. Both are told.",
        False,
    )
    assert await sections(town, "dave", "now payments") == ["*payments* <@U0BOB> until 08:00 UTC, then <@U0ALICE>"]


async def test_a_part_of_a_cover_is_taken_and_the_rest_still_waits(town: Town) -> None:
    assert await oncall(town, "alice", "cover payments from 09:00 to 13:00") == (
        "1 person is asked to cover *payments*. Until somebody says yes it stays yours."
    )
    await press(town, "bob", names.SWAP_PART)
    assert town.form("bob") == names.FORM_PART
    assert await send(town, "bob", start=EIGHT, end=str(int(EIGHT) + 3600)) == {}
    assert last(town, "bob") == "You said yes: you are on call for *payments* from 08:00 UTC to 09:00 UTC."


async def test_a_swap_that_is_declined_changes_nothing(town: Town) -> None:
    await oncall(town, "alice", "override payments <@U0BOB> from 09:00 to 11:00")
    await oncall(town, "alice", "swap payments")
    view = modals.stack(town.world, USERS["alice"])[-1].payload
    await send(town, "alice", mine=view["blocks"][1]["element"]["options"][0]["value"], theirs=EIGHT)
    await press(town, "bob", names.SWAP_DECLINE)
    assert last(town, "alice").startswith("Bob Okafor said no, so you keep *payments*")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("deactivate payments", "*payments* is switched off: nobody is on call by it."),
        ("activate payments", "The schedule payments is switched on already."),
        ("regenerate payments", "*payments* is made anew from 03:00 UTC on; overrides stayed."),
        ("extend payments 9", "1 schedule reaches to 22 Jan 2027 03:00 UTC."),
        ("extend 900", "Schedules are extended by 1 to 52 weeks. Nothing was changed."),
        ("deactivate paymnts", "There is no schedule “paymnts”. Did you mean payments?"),
    ],
)
async def test_whole_schedules_are_for_admins(town: Town, line: str, said: str) -> None:
    assert await oncall(town, "alice", line) in (
        "Only admins can do that, because it touches everybody's shifts. Ask one of them.",
        said if "paymnts" in line else "",
    )
    assert await oncall(town, "carol", line) == said


async def test_fairness_is_said_and_sent_as_a_picture(town: Town) -> None:
    town.night.clock.time += timedelta(hours=5)
    assert (await sections(town, "bob", "fairness payments 90"))[0].startswith("<@U0ALICE>  29 h · 2 nights · 0")
    await town.until(lambda: any(one.complete for one in town.world.files.values()))
    [picture] = town.world.files.values()
    assert (picture.title, picture.mimetype, picture.channels) == (
        "Fairness of payments, last 90 days", "image/png", [f"D{USERS['bob'][1:]}"],
    )  # fmt: skip
    assert picture.alt_txt == "On call for payments in the last 90 days. Alice Chen: 29 h, 2 nights, 0 weekend days."
    with Image.open(io.BytesIO(picture.content)) as image:
        assert (image.format, image.width) == ("PNG", 1520)


NEW = {"members": ["U0BOB", "U0ALICE"], "period": "7", "weekday": "0", "clock": "09:00", "zone": "Europe/Berlin"}


async def test_an_admin_makes_a_schedule_by_form_and_changes_it(town: Town) -> None:
    await oncall(town, "carol", "schedule new")
    assert town.form("carol") == names.FORM_SCHEDULE
    taken = await town.submit("carol", name="payments", **NEW)
    assert taken == {"name": "There is a schedule payments already. Choose another name."}
    assert await town.submit("carol", name="night", **NEW) == {}
    assert await sections(town, "dave", "now night") == ["*night* <@U0BOB> until 23 Nov 08:00 UTC, then <@U0ALICE>"]
    await oncall(town, "carol", "schedule night edit")
    view = modals.stack(town.world, USERS["carol"])[-1].payload
    assert view["blocks"][1]["element"]["initial_users"] == ["U0BOB", "U0ALICE"]
    assert await town.submit("carol", **NEW | {"members": ["U0ALICE"]}) == {}
    assert await sections(town, "dave", "now night") == ["*night* <@U0ALICE>"]
    await oncall(town, "carol", "schedule night edit")
    said = await town.submit("carol", **NEW | {"hours": "at night"})
    assert said == {"hours": "“at night” are no hours. Write `Mon-Fri 09:00-18:00`, or leave it empty."}
    assert await town.submit("carol", **NEW | {"hours": "Mon-Fri 09:00-18:00", "team": "payments"}) == {}
    assert await sections(town, "dave", "now night") == ["*night* ⚠️ nobody is on call. <@U0BOB> starts 08:00 UTC."]
    assert town.night.bot.posture().schedules["night"].team == "payments"


async def test_a_schedule_of_the_posture_is_not_changed_by_form_nor_one_made_by_others(town: Town) -> None:
    await oncall(town, "carol", "schedule payments edit")
    await oncall(town, "alice", "schedule new")
    assert (town.form("carol"), town.form("alice")) == ("", "")
    assert [town.whispers("carol"), town.whispers("alice")] == [
        ["The schedule payments comes from the posture and would be overwritten here. Change it there."],
        ["Only admins can do that, because it touches everybody's shifts. Ask one of them."],
    ]


async def test_somebody_tells_that_they_are_away_sees_it_and_takes_it_back(town: Town) -> None:
    await oncall(town, "carol", "schedule new")
    assert await town.submit("carol", name="night", **NEW | {"members": ["U0ALICE", "U0BOB"]}) == {}
    assert await oncall(town, "alice", "away 05:00 to 09:00") == (
        "You are away from 04:00 UTC to 08:00 UTC. Your turn of *night* passes to the next who is there. ⚠️ Nobody else"
        " is there for *payments* from 04:00 UTC to 08:00 UTC: ask somebody, or be there after all."
    )
    assert last(town, "bob") == ("📟 Alice Chen is away: you are on call for *night* from 04:00 UTC to 08:00 UTC.")
    assert await oncall(town, "bob", "away <@U0ALICE> tomorrow") == (
        "Only Alice Chen and admins can say when Alice Chen is away."
    )
    await interact.home(town.world, USERS["alice"])
    await town.until(lambda: names.AWAY_BACK in str(town.world.homes.get(USERS["alice"])))
    assert (await oncall(town, "alice", "away back")).startswith("You are there after all from")
    assert last(town, "bob").startswith("Alice Chen is there after all: you are not on call for *night* any more from")
    assert await sections(town, "alice", "away list") == ["You have told of no time off."]
    await oncall(town, "carol", "away")
    assert town.form("carol") == names.FORM_AWAY
    assert await send(town, "carol", person="U0DAVE", start=EIGHT, end=str(int(EIGHT) + 3600)) == {}
    assert last(town, "dave").startswith("Carol Díaz noted that you are away from")


async def test_a_request_is_taken_back_at_home(town: Town) -> None:
    await oncall(town, "alice", "cover payments from 09:00 to 13:00")
    await interact.home(town.world, USERS["alice"])
    await town.until(lambda: town.world.homes.get(USERS["alice"]))
    view = town.world.homes[USERS["alice"]]
    await interact.press(town.world, USERS["alice"], names.SWAP_WITHDRAW, view_id=view.id)
    await town.quiet()
    assert town.direct("alice")[-1] == "You ask for nothing of *payments* any more."
    await town.until(lambda: names.SWAP_WITHDRAW not in str(town.world.homes[USERS["alice"]].payload))
