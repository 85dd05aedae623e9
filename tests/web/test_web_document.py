"""docs/webhooks.md says what the server does."""

from __future__ import annotations

import re
from pathlib import Path

from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT
from web import incidents, server
from web.reading import BODY_LIMIT, BODY_SECONDS

DOC = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def test_every_route_is_documented() -> None:
    documented = re.findall(r"^\| `([A-Z]+) (/\S+)` \|", DOC, re.MULTILINE)
    assert documented == [(method, path) for method, path, _ in server.ROUTES]


def test_every_field_is_documented() -> None:
    declaring = DOC.split("## Declaring an incident")[1].split("##")[0]
    fields = re.findall(r"^\| `([a-z_]+)` \|", declaring, re.MULTILINE)
    assert fields == [*incidents._TEXTS, *incidents._FLAGS]


def test_the_limits_are_those_of_the_code() -> None:
    assert (TITLE_LIMIT, TEXT_LIMIT, BODY_LIMIT, BODY_SECONDS) == (150, 2900, 1024 * 1024, 10)
    for said in ("cut at 150 characters", "cut at 2,900 characters", "too slow (10 s)", "too large (1 MiB)"):
        assert said in DOC
