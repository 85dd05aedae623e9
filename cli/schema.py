"""The subcommand `schema`: prints the posture's language as a JSON Schema, for editors."""

from __future__ import annotations

import json

from cli import WORKED


def schema() -> int:
    """Print the posture's language as a JSON Schema.

    Editors complete and check a posture with it: put `# yaml-language-server: $schema=FILE` in its first line.
    """
    from posture.schema import schema as made

    print(json.dumps(made(), indent=2, ensure_ascii=False))
    return WORKED
