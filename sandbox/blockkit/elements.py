"""Block Kit's elements: which fields each has, and how long they may be."""

from sandbox.blockkit import limits as most
from sandbox.blockkit.rules import (
    Check,
    Report,
    anything,
    boolean,
    integer,
    items,
    matching,
    one_of,
    rule,
    shape,
    string,
    text,
    url,
)
from sandbox.model import Json

CONFIRM = shape(
    {
        "title": text(most.CONFIRM_TITLE),
        "text": text(most.CONFIRM_TEXT, "plain_text", "mrkdwn"),
        "confirm": text(most.CONFIRM_BUTTON),
        "deny": text(most.CONFIRM_BUTTON),
    },
    {"style": one_of("primary", "danger")},
)


def _focus(report: Report, value: object, at: str) -> None:
    boolean(report, value, at)
    report.focused += value is True
    if report.focused > 1:
        report.say("only one element may have `focus_on_load`", at)


ANY: dict[str, Check] = {"action_id": string(most.ACTION_ID, 1), "confirm": CONFIRM}
INPUT: dict[str, Check] = {**ANY, "focus_on_load": _focus, "placeholder": text(most.PLACEHOLDER)}


def _option(*kinds: str, with_url: bool = False) -> Check:
    wording = text(most.OPTION_TEXT, "plain_text", "mrkdwn") if "mrkdwn" in kinds else text(most.OPTION_TEXT)
    about = text(most.OPTION_DESCRIPTION, "plain_text", "mrkdwn")
    description = about if "mrkdwn" in kinds else text(most.OPTION_DESCRIPTION)
    extra: dict[str, Check] = {"description": description}
    if with_url:
        extra["url"] = url(most.URL)
    return shape({"text": wording, "value": string(most.OPTION_VALUE)}, extra)


PLAIN_OPTION = _option()
BOX_OPTION = _option("mrkdwn")
GROUP = shape({"label": text(most.OPTION_TEXT), "options": items(PLAIN_OPTION, most.OPTIONS)})


def _offered(element: Json) -> list[Json]:
    groups = _dicts(element.get("option_groups")) or [element]
    return [option for group in groups for option in _dicts(group.get("options"))]


def _dicts(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _same(one: object, other: Json) -> bool:
    """Slack compares text and value, whatever defaults were filled in."""
    return isinstance(one, dict) and one.get("value") == other.get("value") and _words(one) == _words(other)


def _words(option: Json) -> object:
    wording = option.get("text")
    return wording.get("text") if isinstance(wording, dict) else wording


def _initial_is_offered(report: Report, value: object, at: str) -> None:
    if not isinstance(value, dict):
        return
    one, many = value.get("initial_option"), value.get("initial_options")
    if one is not None and not any(_same(one, o) for o in _offered(value)):
        report.say("option provided does not match any of the allowed options", f"{at}/initial_option")
    for number, chosen in enumerate(many if isinstance(many, list) else []):
        if not any(_same(chosen, o) for o in _offered(value)):
            report.say("option provided does not match any of the allowed options", f"{at}/initial_options/{number}")


def _distinct_values(report: Report, value: object, at: str) -> None:
    values = [o.get("value") for o in _offered(value)] if isinstance(value, dict) else []
    if len(values) != len(set(map(str, values))):
        report.say("option values must be unique", f"{at}/options")


ONE_LIST = rule(
    lambda v: ("options" in v) != ("option_groups" in v), "must define either `options` or `option_groups`", "/type"
)
LISTS: dict[str, Check] = {
    "options": items(PLAIN_OPTION, most.OPTIONS),
    "option_groups": items(GROUP, most.OPTION_GROUPS),
}
MANY: dict[str, Check] = {"max_selected_items": integer(1, 10_000)}
FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    rule(lambda v: bool(v), "must not be empty"),
)
CONVERSATIONS: dict[str, Check] = {"filter": FILTER, "default_to_current_conversation": boolean}
ANSWERABLE: dict[str, Check] = {"response_url_enabled": boolean}
IDS = items(string(255, 1), 100)
DISPATCH = shape({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
TYPED: dict[str, Check] = {"initial_value": string(), "dispatch_action_config": DISPATCH}
LENGTHS: dict[str, Check] = {
    "min_length": integer(0, most.INPUT_LENGTH),
    "max_length": integer(1, most.INPUT_LENGTH),
}
BOXES: dict[str, Check] = {**ANY, "focus_on_load": _focus}


def _fitting(element: Json) -> bool:
    low, high = element.get("min_length"), element.get("max_length")
    return not (isinstance(low, int) and isinstance(high, int) and low > high)


BUTTON = shape(
    {"text": text(most.BUTTON_TEXT)},
    {
        **ANY,
        "url": url(most.URL),
        "value": string(most.BUTTON_VALUE),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(most.ACCESSIBILITY_LABEL),
    },
)
PICTURED = rule(
    lambda v: ("image_url" in v) != ("slack_file" in v), "must define either `image_url` or `slack_file`", "/type"
)
IMAGE = shape({"alt_text": string(most.ALT_TEXT)}, {"image_url": url(most.URL), "slack_file": anything}, PICTURED)

ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "checkboxes": shape(
        {"options": items(BOX_OPTION, most.BOX_OPTIONS)},
        {**BOXES, "initial_options": items(BOX_OPTION, most.BOX_OPTIONS)},
        _initial_is_offered,
        _distinct_values,
    ),
    "radio_buttons": shape(
        {"options": items(BOX_OPTION, most.BOX_OPTIONS)},
        {**BOXES, "initial_option": BOX_OPTION},
        _initial_is_offered,
        _distinct_values,
    ),
    "overflow": shape({"options": items(_option(with_url=True), most.OVERFLOW_OPTIONS)}, ANY),
    "static_select": shape(
        {}, {**INPUT, **LISTS, "initial_option": PLAIN_OPTION}, ONE_LIST, _initial_is_offered, _distinct_values
    ),
    "multi_static_select": shape(
        {},
        {**INPUT, **LISTS, **MANY, "initial_options": items(PLAIN_OPTION, most.OPTIONS)},
        ONE_LIST,
        _initial_is_offered,
        _distinct_values,
    ),
    "external_select": shape({}, {**INPUT, "initial_option": PLAIN_OPTION, "min_query_length": integer(0, 100)}),
    "multi_external_select": shape(
        {},
        {
            **INPUT,
            **MANY,
            "initial_options": items(PLAIN_OPTION, most.OPTIONS),
            "min_query_length": integer(0, 100),
        },
    ),
    "users_select": shape({}, {**INPUT, "initial_user": string(255, 1)}),
    "multi_users_select": shape({}, {**INPUT, **MANY, "initial_users": IDS}),
    "conversations_select": shape({}, {**INPUT, **CONVERSATIONS, **ANSWERABLE, "initial_conversation": string(255, 1)}),
    "multi_conversations_select": shape({}, {**INPUT, **MANY, **CONVERSATIONS, "initial_conversations": IDS}),
    "channels_select": shape({}, {**INPUT, **ANSWERABLE, "initial_channel": string(255, 1)}),
    "multi_channels_select": shape({}, {**INPUT, **MANY, "initial_channels": IDS}),
    "datepicker": shape({}, {**INPUT, "initial_date": matching(r"\d{4}-\d{2}-\d{2}", "date")}),
    "timepicker": shape(
        {}, {**INPUT, "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "time"), "timezone": string(64, 1)}
    ),
    "datetimepicker": shape({}, {**BOXES, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": shape(
        {},
        {**INPUT, **TYPED, **LENGTHS, "multiline": boolean},
        rule(_fitting, "`min_length` must not be more than `max_length`"),
    ),
    "email_text_input": shape({}, {**INPUT, **TYPED}),
    "url_text_input": shape({}, {**INPUT, **TYPED}),
    "number_input": shape(
        {"is_decimal_allowed": boolean}, {**INPUT, **TYPED, "min_value": string(), "max_value": string()}
    ),
    "rich_text_input": shape({}, {**INPUT, "initial_value": anything, "dispatch_action_config": DISPATCH}),
    "file_input": shape({}, {**ANY, "filetypes": items(string(32, 1), 100), "max_files": integer(1, most.INPUT_FILES)}),
    "workflow_button": shape(
        {"text": text(most.BUTTON_TEXT), "workflow": anything},
        {
            **ANY,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(most.ACCESSIBILITY_LABEL),
        },
    ),
    "icon_button": shape({"icon": string(64, 1), "text": text(most.BUTTON_TEXT)}, ANY, open_ended=True),
    "feedback_buttons": shape({"positive_button": anything, "negative_button": anything}, ANY),
}

_CHOICES = ("static", "external", "users", "conversations", "channels")
SELECTS = tuple(f"{kind}_select" for kind in _CHOICES)
MULTI_SELECTS = tuple(f"multi_{kind}_select" for kind in _CHOICES)
_SHARED = ("checkboxes", "radio_buttons", "datepicker", "timepicker", *SELECTS)

IN_ACTIONS = ("button", "overflow", "datetimepicker", "workflow_button", "rich_text_input", *_SHARED)
IN_SECTION = ("button", "overflow", "workflow_button", *_SHARED, *MULTI_SELECTS)
IN_INPUT = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    "datetimepicker",
    *_SHARED,
    *MULTI_SELECTS,
)
IN_CONTEXT_ACTIONS = ("icon_button", "feedback_buttons")
SURFACES = {"file_input": ("modal",), "workflow_button": ("message",)}
