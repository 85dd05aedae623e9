"""Slack's escaping is undone once, so that what is stored is what the person saw when typing."""

import pytest

from commands.typed import mentioned, mentions, plain


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("plain", "plain"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("<@U1|bob> and <@U2>", "@bob and @Bob Okafor"),
        ("<@U3>", "@U3"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!channel|channel> <!subteam^S1|@payments> <!date^1^x|today>", "@here @channel @payments today"),
        ("<https://a.example/?x=1&amp;y=2|label>", "https://a.example/?x=1&y=2"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("3 < 4 > 2", "3 < 4 > 2"),
    ],
)
def test_text_is_what_the_person_saw(sent: str, seen: str) -> None:
    assert plain(sent, {"U2": "Bob Okafor"}) == seen


def test_a_mention_is_found_and_a_name_is_not() -> None:
    words = ["<@U0BOB|bob>", "<@W12>", "@bob", "<#C1>", "<@U0BOB|bob>x"]
    assert [mentioned(word) for word in words] == ["U0BOB", "W12", None, None, None]


def test_people_without_a_label_are_listed_so_that_they_can_be_named() -> None:
    assert mentions("<@U1|bob> <@U2> <#C1>") == ("U2",)
