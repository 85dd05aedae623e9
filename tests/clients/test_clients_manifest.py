"""The manifest asks for every scope that a call of ours needs, and the sandbox knows every method."""

from __future__ import annotations

from pathlib import Path

from clients.slack_wire import METHODS
from sandbox import manifest
from sandbox.webapi import methods

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"


def test_every_scope_that_a_call_needs_is_in_the_manifest() -> None:
    needed = {scope for scopes in METHODS.values() for scope in scopes}
    assert needed - manifest.read(MANIFEST).bot_scopes == set()


def test_every_method_that_is_called_is_one_that_the_sandbox_answers() -> None:
    assert set(METHODS) - set(methods.METHODS) == set()
