"""Loops without rules: they claim due rows, hand them to use cases and handlers, and record what came of it."""
