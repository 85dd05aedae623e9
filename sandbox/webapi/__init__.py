"""Slack's Web API over the sandbox's workspace, with its argument parsing, answers, error codes and limits."""

from sandbox.webapi.dispatch import call
from sandbox.webapi.http import routes
from sandbox.webapi.methods import METHODS

__all__ = ["METHODS", "call", "routes"]
