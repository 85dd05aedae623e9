"""Slack's rules as tests ask for them: by slack_sdk's validation and by the sandbox's own limits."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import Block

from bot.views.message import Message
from sandbox.blockkit import validate_blocks, validate_view


def problems(shown: Message) -> list[str]:
    """What Slack would say against a message; nothing where it would take it."""
    for block in Block.parse_all(shown.blocks):
        assert block is not None, "slack_sdk does not know the block"
        block.validate_json()
    found = validate_blocks(shown.blocks, "message")
    return found + ([] if 0 < len(shown.text) <= 1000 else [f"fallback of {len(shown.text)} characters"])


def view_problems(view: dict[str, Any]) -> list[str]:
    """What Slack would say against a modal or a home tab."""
    for block in Block.parse_all(view["blocks"]):
        assert block is not None, "slack_sdk does not know the block"
        block.validate_json()
    return validate_view(view, view["type"])
