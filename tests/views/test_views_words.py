"""Words: outside text made harmless, and times that cannot be misread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from views_scene import ALICE, NOW, minute

from bot.domain.people import Source
from bot.views import words
from bot.views.mail import plain_text
from bot.views.pages import gsm


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("&lt;", "&amp;lt;"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("abc\u202edef\u2066\u200b\x00\ud800", "abcdef"),
        ("👩\u200d🚒 ok", "👩\u200d🚒 ok"),
    ],
)
def test_escape_leaves_nothing_that_slack_or_the_eye_would_obey(given: str, shown: str) -> None:
    assert words.escape(given) == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<b>x</b> & *y*", "&lt;b&gt;x&lt;/b&gt; &amp; ∗y∗"),
        ("_so_ ~it~ is `rm -rf`", "ˍsoˍ ∼it∼ is ˋrm -rfˋ"),
        ("**y**", "∗∗y∗∗"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
    ],
)
def test_a_title_amid_our_own_text_makes_nothing_bold_or_struck(given: str, shown: str) -> None:
    assert words.flat(given) == shown


def test_what_is_shortened_ends_at_a_word_and_says_that_more_followed() -> None:
    assert words.shortened("Payments are slow in the east", 20) == "Payments are slow…"
    assert words.shortened("Payments are slow", 17) == "Payments are slow"
    assert words.shortened("x" * 30, 20) == "x" * 19 + "…"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("see https://a.example/x?y=1&z=2 now", "see <https://a.example/x?y=1&amp;z=2> now"),
        ("(https://a.example)", "(<https://a.example>)"),
        ("<https://evil.example|bank>", "&lt;https://evil.example|bank&gt;"),
        ("https://evil.example|bank", "https://evil.example|bank"),
        ("javascript:alert(1) http://x", "javascript:alert(1) http://x"),
    ],
)
def test_only_an_address_that_stands_by_itself_becomes_a_link(given: str, shown: str) -> None:
    assert words.linked(given) == shown


@pytest.mark.parametrize(
    ("given", "limit", "shown"),
    [
        ("short", 5, "short"),
        ("longer than that", 8, "longer…"),
        ("ab &amp; cd", 6, "ab…"),
        ("at <!date^1^{time}|03:25 UTC> x", 20, "at…"),
        ("> quoted text", 9, "> quoted…"),
    ],
)
def test_clip_never_cuts_through_an_entity_or_a_token(given: str, limit: int, shown: str) -> None:
    assert words.clip(given, limit) == shown
    assert len(words.clip(given, limit)) <= limit


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "under a minute"), (59, "under a minute"), (60, "1 min"), (12 * 60, "12 min"), (3600, "1 h"),
        (65 * 60, "1 h 05 min"), (24 * 3600, "1 d"), (51 * 3600, "2 d 3 h"),
    ],
)  # fmt: skip
def test_durations(seconds: int, shown: str) -> None:
    assert words.duration(timedelta(seconds=seconds)) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(-5, "now"), (0, "now"), (1, "in 1 min"), (300, "in 5 min")])
def test_nobody_is_told_less_time_than_they_have_left(seconds: int, shown: str) -> None:
    assert words.until(NOW + timedelta(seconds=seconds), NOW) == shown


def test_times_are_in_the_readers_zone_and_in_utc_elsewhere() -> None:
    assert words.at(minute(25), NOW) == "<!date^1795231500^{time}|03:25 UTC>"
    assert words.at(minute(25 + 1440), NOW) == "<!date^1795317900^{date_short} {time}|22 Nov 03:25 UTC>"
    assert words.clock(minute(25 - 525600), NOW) == "21 Nov 2025 03:25 UTC"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "04:25 CET"), ("America/New_York", "22:25 EST"), ("Europe/Istanbul", "06:25 (Istanbul)"),
        ("America/Argentina/Buenos_Aires", "00:25 (Buenos Aires)"), ("Mars/Olympus", "03:25 UTC"), ("", "03:25 UTC"),
    ],
)  # fmt: skip
def test_one_person_is_told_times_in_their_zone(zone: str, shown: str) -> None:
    assert words.clock(minute(25), NOW, zone) == shown
    assert words.clock(minute(25 + 1440 * 30), NOW, "Europe/Berlin") == "21 Dec 04:25 CET"


def test_series() -> None:
    assert [words.series(list("abcd"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert words.series(list("abcdef"), 4) == "a, b, c and 3 more"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("https://wiki.example/Zürich", "https://wiki.example/Z%C3%BCrich"),
        ("https://a.example/x y", "https://a.example/x%20y"),
        ("https://a.example/x|y>", "https://a.example/x%7Cy%3E"),
        ("https://a.example/\u202ex", ""),
        ("javascript:alert(1)", ""),
        ("ftp://a.example", ""),
        ("https://a.example/" + "x" * 3000, ""),
        ("", ""),
    ],
)
def test_web_addresses_that_can_stand_in_a_link(given: str, shown: str) -> None:
    assert words.web(given) == shown


def test_a_mention_needs_an_id_of_slacks_own_form() -> None:
    assert words.mention(ALICE) == "<@U0ALICE>"
    assert words.mention(replace(ALICE, slack_id=None)) == "Alice Chen"
    assert words.mention(replace(ALICE, slack_id="U1> <!channel")) == "Alice Chen"


def test_an_sms_stays_in_the_cheap_alphabet_where_it_can() -> None:
    assert gsm("“Zürich” – naïve… ñ ç 🔥") == '"Zürich" - naive... ñ c '
    assert gsm("Оплата") == "Оплата"


def test_our_own_slack_text_reads_as_plain_text_elsewhere() -> None:
    token = (
        "If nobody acks by <!date^1795231500^{time}|03:25 UTC>, a &lt;b&gt; &amp;amp; <https://a.example|c> <#C0ROOM>"
    )
    assert plain_text(token, NOW) == "If nobody acks by 03:25 UTC, a <b> &amp; c C0ROOM"
    assert plain_text(token, NOW, "Europe/Berlin") == "If nobody acks by 04:25 CET, a <b> &amp; c C0ROOM"


def test_where_an_act_came_from_is_spelled_as_people_spell_it() -> None:
    spelled = {one.value: words.source(one.value) for one in Source if words.source(one.value) != one.value}
    assert spelled == {
        "slack button": "Slack button", "slack command": "Slack command", "slack reaction": "Slack reaction",
        "slack shortcut": "Slack shortcut", "slack form": "Slack form", "sms": "SMS", "pagerduty": "PagerDuty",
    }  # fmt: skip
