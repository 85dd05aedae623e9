"""Tocsin: an incident bot for Slack."""
