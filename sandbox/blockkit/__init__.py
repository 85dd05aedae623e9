"""Block Kit's rules, as Slack enforces them on messages, modals and home tabs."""

from sandbox.blockkit.blocks import text_length, too_long, validate_blocks
from sandbox.blockkit.views import validate_view

__all__ = ["text_length", "too_long", "validate_blocks", "validate_view"]
