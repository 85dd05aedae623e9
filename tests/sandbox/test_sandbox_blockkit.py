"""Block Kit's rules, each with Slack's wording and a pointer to what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.blockkit import limits, validate_blocks

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "v", text: str = "x") -> Json:
    return {"text": plain(text), "value": value}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def longer(most: int, at: str) -> str:
    return f"must be less than {most + 1} characters [json-pointer:/blocks/0{at}]"


def asks(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", **more}


RIGHT: list[Json] = [
    {"type": "divider"},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "section", "text": mrkdwn("x" * 3000), "block_id": "b" * 255},
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 2 + [plain()] * 8},
    {"type": "section", "text": plain(), "accessory": button()},
    {"type": "section", "text": plain(), "accessory": {"type": "multi_users_select", "max_selected_items": 3}},
    {
        "type": "section",
        "text": plain(),
        "accessory": {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "b"},
    },
    {"type": "context", "elements": [mrkdwn()] * 10},
    {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "b", "title": plain()},
    actions(*[button(action_id=str(n), value="v" * 2000) for n in range(25)]),
    actions(button(style="danger", url="https://a.example", confirm={
        "title": plain("x" * 100), "text": mrkdwn("x" * 300), "confirm": plain("x" * 30), "deny": plain("x" * 30)
    })),
    actions({"type": "overflow", "options": [option()] * 5}),
    actions(select(options=[option(str(n)) for n in range(100)], initial_option=option("7"))),
    actions(select(option_groups=[{"label": plain(), "options": [option()]}], placeholder=plain("x" * 150))),
    actions({"type": "datetimepicker", "initial_date_time": 1_700_000_000}),
    actions({"type": "radio_buttons", "options": [{"text": mrkdwn(), "value": "v"}]}),
    asks({"type": "plain_text_input", "multiline": True, "min_length": 1, "max_length": 3000}, hint=plain("x" * 2000)),
    asks({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
    asks({"type": "conversations_select", "filter": {"include": ["public"]}, "response_url_enabled": True}),
]  # fmt: skip

WRONG: list[tuple[Json, str]] = [
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "paragraph"}, "unsupported type: paragraph [json-pointer:/blocks/0/type]"),
    ({"type": "divider", "extra": 1}, "invalid additional property: extra [json-pointer:/blocks/0]"),
    ({"type": "divider", "block_id": "b" * 256}, longer(255, "/block_id")),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    ({"type": "header", "text": plain("x" * 151)}, longer(150, "/text/text")),
    ({"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section", "text": mrkdwn("x" * 3001)}, longer(3000, "/text/text")),
    ({"type": "section", "text": "x"}, "must provide an object [json-pointer:/blocks/0/text]"),
    ({"type": "section", "fields": [plain()] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    ({"type": "section", "fields": [plain("x" * 2001)]}, longer(2000, "/fields/0/text")),
    (
        {"type": "section", "text": plain(), "accessory": {"type": "plain_text_input"}},
        "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]",
    ),
    (
        {"type": "context", "elements": [mrkdwn()] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ({"type": "context", "elements": [button()]}, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"),
    (actions(), "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(*[button()] * 26), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(button(text=plain("x" * 76))), longer(75, "/elements/0/text/text")),
    (actions(button(text=mrkdwn())), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]"),
    (actions(button(value="v" * 2001)), longer(2000, "/elements/0/value")),
    (actions(button(action_id="a" * 256)), longer(255, "/elements/0/action_id")),
    (actions(button(url="not a url")), "invalid url [json-pointer:/blocks/0/elements/0/url]"),
    (actions(button(style="loud")), "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]"),
    (
        actions(button(action_id="a"), button(action_id="a")),
        "`action_id` a already exists [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    (
        actions(button(confirm={"title": plain("x" * 101), "text": plain(), "confirm": plain(), "deny": plain()})),
        longer(100, "/elements/0/confirm/title/text"),
    ),
    (
        actions({"type": "overflow", "options": [option()] * 6}),
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions(select(options=[option("v" * 151)])),
        longer(150, "/elements/0/options/0/value"),
    ),
    (
        actions(select(options=[option(text="x" * 76)])),
        longer(75, "/elements/0/options/0/text/text"),
    ),
    (
        actions(select(options=[option(str(n)) for n in range(101)])),
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (actions(select()), "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0/type]"),
    (
        actions(select(options=[option("a")], initial_option=option("b"))),
        "option provided does not match any of the allowed options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        actions(select(options=[option("a"), option("a")])),
        "option values must be unique [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions(select(options=[option()], placeholder=plain("x" * 151))),
        longer(150, "/elements/0/placeholder/text"),
    ),
    (
        actions({"type": "multi_static_select", "options": [option()]}),
        "unsupported type: multi_static_select [json-pointer:/blocks/0/elements/0/type]",
    ),
    (asks({"type": "button"}), "unsupported type: button [json-pointer:/blocks/0/element/type]"),
    (asks({"type": "number_input"}), "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]"),
    (
        asks({"type": "datepicker", "initial_date": "today"}),
        "invalid date [json-pointer:/blocks/0/element/initial_date]",
    ),
    (asks({"type": "users_select"}, hint=plain("x" * 2001)), longer(2000, "/hint/text")),
    (asks({"type": "users_select"}, optional="no"), "must provide a boolean [json-pointer:/blocks/0/optional]"),
    (
        asks({"type": "plain_text_input", "max_length": 3001}),
        "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    (
        asks({"type": "plain_text_input", "min_length": 5, "max_length": 4}),
        "`min_length` must not be more than `max_length` [json-pointer:/blocks/0/element]",
    ),
    (
        {"type": "image", "alt_text": "x"},
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0/type]",
    ),
    ({"type": "markdown", "text": "x" * 12_001}, longer(12000, "/text")),
]  # fmt: skip


@pytest.mark.parametrize("block", RIGHT, ids=lambda b: str(b["type"]))
@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_blocks_at_their_limits_are_taken(block: Json, surface: Any) -> None:
    assert validate_blocks([block], surface) == []


@pytest.mark.parametrize(("block", "problem"), WRONG)
def test_blocks_beyond_their_limits_are_refused(block: Json, problem: str) -> None:
    assert validate_blocks([block], "message") == [f"[ERROR] {problem}"]


def test_a_message_has_50_blocks_and_a_view_100() -> None:
    many = [{"type": "divider"}] * 51
    assert validate_blocks(many, "message") == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]
    assert validate_blocks(many * 2, "home") == ["[ERROR] no more than 100 items allowed [json-pointer:/blocks]"]
    assert validate_blocks(many, "modal") == []


def test_block_ids_are_unique() -> None:
    twice = [{"type": "divider", "block_id": "d"}] * 2
    assert validate_blocks(twice, "message") == [
        "[ERROR] `block_id` d already exists [json-pointer:/blocks/1/block_id]"
    ]


def test_the_texts_of_a_message_have_a_common_limit() -> None:
    sections = [{"type": "section", "text": mrkdwn("x" * 3000)}] * 4
    assert validate_blocks(sections, "message") == []
    rest = {"type": "section", "text": mrkdwn("x" * (limits.MESSAGE_BLOCKS_TEXT - 12_000 + 1))}
    assert validate_blocks([*sections, rest], "message") == [
        "[ERROR] must be less than 13201 characters in total [json-pointer:/blocks]"
    ]
    assert validate_blocks([*sections, rest], "modal") == []


def test_some_blocks_and_elements_live_on_one_surface() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert validate_blocks([table], "message") == []
    assert validate_blocks([table], "home") == ["[ERROR] unsupported type: table [json-pointer:/blocks/0/type]"]
    upload = asks({"type": "file_input"})
    assert validate_blocks([upload], "modal") == []
    assert validate_blocks([upload], "message") == [
        "[ERROR] unsupported type: file_input [json-pointer:/blocks/0/element/type]"
    ]


def test_only_one_element_has_the_focus() -> None:
    focused = [asks({"type": "plain_text_input", "focus_on_load": True}) for _ in range(2)]
    assert validate_blocks(focused, "modal") == [
        "[ERROR] only one element may have `focus_on_load` [json-pointer:/blocks/1/element/focus_on_load]"
    ]


@pytest.mark.parametrize(
    "rubbish", [None, 1, "x", {}, [None], [1], [[]], [{"type": []}], [{"type": "section", "text": []}]]
)
def test_rubbish_is_refused_without_a_crash(rubbish: object) -> None:
    assert validate_blocks(rubbish, "message") != []
