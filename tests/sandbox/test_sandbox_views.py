"""Modals and home tabs by the Web API: triggers that work once within three seconds, limits, stacks, hashes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from slack_town import EVERYTHING, Town, a_town

from sandbox import conduct, interact
from sandbox.seed import ALICE, BOB, HENRY


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(**more: Any) -> dict[str, Any]:
    section = {"type": "section", "text": plain("x")}
    return {"type": "modal", "title": plain("Title"), "blocks": [section], **more}


async def opened(town: Town, **more: Any) -> dict[str, Any]:
    trigger = town.world.new_trigger(ALICE)
    answer = await town.slack.views_open(trigger_id=trigger, view=modal(**more))
    found: dict[str, Any] = answer["view"]
    return found


async def test_an_opened_view_has_slacks_shape(town: Town) -> None:
    view = await opened(town, callback_id="c", private_metadata="p", external_id="e", close=plain("No"))
    assert view == {
        "id": view["id"],
        "team_id": "T0ACME",
        "type": "modal",
        "blocks": [
            {
                "type": "section",
                "text": {"type": "plain_text", "text": "x", "emoji": True},
                "block_id": view["blocks"][0]["block_id"],
            }
        ],
        "private_metadata": "p",
        "callback_id": "c",
        "state": {"values": {}},
        "hash": view["hash"],
        "title": {"type": "plain_text", "text": "Title", "emoji": True},
        "clear_on_close": False,
        "notify_on_close": False,
        "close": {"type": "plain_text", "text": "No", "emoji": True},
        "submit": None,
        "previous_view_id": None,
        "root_view_id": view["id"],
        "app_id": "A0TOCSIN",
        "external_id": "e",
        "app_installed_team_id": "T0ACME",
        "bot_id": "B0TOCSIN",
    }


async def test_a_trigger_works_once_and_for_three_seconds(town: Town) -> None:
    async def refused(trigger: str) -> str:
        return await town.refused(town.slack.views_open(trigger_id=trigger, view=modal()))

    trigger = town.world.new_trigger(ALICE)
    await town.slack.views_open(trigger_id=trigger, view=modal())
    assert await refused(trigger) == "exchanged_trigger_id"
    late = town.world.new_trigger(ALICE)
    assert 2.9 < town.world.triggers[late].expires - time.monotonic() <= 3
    town.world.triggers[late].expires -= 3
    assert await refused(late) == "expired_trigger_id"
    assert await refused("1.2.3") == "invalid_trigger_id"


async def test_a_view_that_is_wrong_does_not_use_the_trigger_up(town: Town) -> None:
    trigger = town.world.new_trigger(ALICE)
    wrong = modal(title=plain("x" * 25))
    answer = await town.answer(town.slack.views_open(trigger_id=trigger, view=wrong))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"] == {
        "messages": ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
    }
    assert (await town.slack.views_open(trigger_id=trigger, view=modal()))["ok"]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"submit": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({"surprise": 1}, "invalid additional property: surprise [json-pointer:/view]"),
        ({"type": "window"}, "unsupported type: window [json-pointer:/view/type]"),
        (
            {"blocks": [{"type": "input", "label": plain("l"), "element": {"type": "plain_text_input"}}]},
            "missing required field: submit [json-pointer:/view]",
        ),
    ],
)
async def test_limits_of_views(town: Town, more: dict[str, Any], problem: str) -> None:
    trigger = town.world.new_trigger(ALICE)
    answer = await town.answer(town.slack.views_open(trigger_id=trigger, view=modal(**more)))
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {problem}"]


async def test_three_views_are_stacked_and_no_more(town: Town) -> None:
    first = await opened(town)
    ids = [first["id"]]
    for _ in range(2):
        trigger = town.world.new_trigger(ALICE)
        pushed = (await town.slack.views_push(trigger_id=trigger, view=modal()))["view"]
        assert (pushed["root_view_id"], pushed["previous_view_id"]) == (ids[0], ids[-1])
        ids.append(pushed["id"])
    trigger = town.world.new_trigger(ALICE)
    one_more = town.slack.views_push(trigger_id=trigger, view=modal())
    assert await town.refused(one_more) == "push_limit_reached"
    assert town.world.stacks[ALICE] == ids


async def test_a_view_is_pushed_only_onto_another(town: Town) -> None:
    trigger = town.world.new_trigger(ALICE)
    assert await town.refused(town.slack.views_push(trigger_id=trigger, view=modal())) == "not_found"


async def test_an_update_with_an_old_hash_is_refused(town: Town) -> None:
    view = await opened(town, external_id="mine")
    new = await town.slack.views_update(view_id=view["id"], hash=view["hash"], view=modal(title=plain("New")))
    assert new["view"]["title"]["text"] == "New"
    old = town.slack.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await town.refused(old) == "hash_conflict"
    assert await town.refused(town.slack.views_update(view_id="V0NONE", view=modal())) == "not_found"
    both = {"view_id": view["id"], "external_id": "mine", "view": modal()}
    answer = await town.answer(town.slack.api_call("views.update", json=both))
    assert answer["response_metadata"]["messages"] == ["[ERROR] Cannot provide both `view_id` and `external_id`"]


async def test_an_update_keeps_what_was_typed(town: Town) -> None:
    element = {"type": "plain_text_input", "action_id": "a", "initial_value": "first"}
    asks = [{"type": "input", "block_id": "b", "label": plain("l"), "element": element}]
    view = await opened(town, blocks=asks, submit=plain("Go"))
    town.world.views[view["id"]].values["b"]["a"]["value"] = "typed"
    new = await town.slack.views_update(view_id=view["id"], view=modal(blocks=asks, submit=plain("Go")))
    assert new["view"]["state"]["values"]["b"]["a"]["value"] == "typed"


async def test_an_external_id_is_used_once(town: Town) -> None:
    await opened(town, external_id="mine")
    trigger = town.world.new_trigger(BOB)
    again = town.slack.views_open(trigger_id=trigger, view=modal(external_id="mine"))
    assert await town.refused(again) == "duplicate_external_id"


async def test_home_tabs_are_published_to_people(town: Town) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await town.slack.views_publish(user_id=ALICE, view=home))["view"]
    second = (await town.slack.views_publish(user_id=ALICE, view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    old = town.slack.views_publish(user_id=ALICE, view=home, hash=first["hash"])
    assert await town.refused(old) == "hash_conflict"
    assert await town.refused(town.slack.views_publish(user_id=HENRY, view=home)) == "invalid_arguments"
    wrong = town.slack.views_publish(user_id=ALICE, view=home | {"title": plain("x")})
    assert await town.refused(wrong) == "invalid_arguments"


async def test_a_home_tab_that_is_not_enabled_is_refused() -> None:
    async with a_town(replace(EVERYTHING, home_tab=False)) as town:
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        assert await town.refused(town.slack.views_publish(user_id=ALICE, view=home)) == "not_enabled"
        with pytest.raises(conduct.Refused, match="does not enable"):
            await interact.home(town.world, ALICE)


async def test_a_response_url_is_good_for_five_answers_and_thirty_minutes(town: Town) -> None:
    url = town.world.new_response_url(ALICE, "C0PAYMENTS")

    async def answer(**body: Any) -> tuple[int, str | None]:
        async with town.http.post(url, json=body) as response:
            return response.status, (await response.json()).get("error")

    assert await answer() == (400, "no_text")
    assert await answer(text="x", blocks=[{"type": "header"}]) == (400, "invalid_blocks")
    assert [await answer(text=str(n)) for n in range(5)] == [(200, None)] * 5
    assert await answer(text="six") == (404, "used_url")
    url = town.world.new_response_url(ALICE, "C0PAYMENTS")
    town.world.response_urls[url.rpartition("/")[2]].expires -= 1800
    assert await answer(text="late") == (404, "expired_url")
    shown = town.world.channels["C0PAYMENTS"].ephemerals.values()
    assert [(m.text, m.ephemeral_to) for m in shown] == [(str(n), ALICE) for n in range(5)]


async def test_a_response_url_may_speak_to_all(town: Town) -> None:
    url = town.world.new_response_url(ALICE, "C0PAYMENTS")
    async with town.http.post(url, json={"text": "hear ye", "response_type": "in_channel"}) as response:
        assert response.status == 200
    assert list(town.world.channels["C0PAYMENTS"].messages.values())[-1].text == "hear ye"


async def test_client_checks_of_typed_values(town: Town) -> None:
    def asks(block: str, element: dict[str, Any]) -> dict[str, Any]:
        return {"type": "input", "block_id": block, "label": plain("l"), "element": element | {"action_id": "a"}}

    blocks = [
        asks("short", {"type": "plain_text_input", "max_length": 3}),
        asks("mail", {"type": "email_text_input"}),
        asks("link", {"type": "url_text_input"}),
        asks("count", {"type": "number_input", "is_decimal_allowed": False, "max_value": "10"}),
    ]
    view = await opened(town, blocks=blocks, submit=plain("Go"))
    values = {"short": "four", "mail": "nobody", "link": "nowhere", "count": "11"}
    got = await interact.submit(town.world, ALICE, view["id"], values)
    assert (got["sent"], got["errors"]) == (
        False,
        {
            "short": "This must be at most 3 characters.",
            "mail": "Enter a valid email address.",
            "link": "Enter a valid URL.",
            "count": "This must be at most 10.",
        },
    )
    with pytest.raises(conduct.Refused, match="There is no input 'nope'"):
        await interact.submit(town.world, ALICE, view["id"], {"nope": "x"})
    with pytest.raises(conduct.Refused, match="no view"):
        await interact.submit(town.world, BOB, view["id"], values)
