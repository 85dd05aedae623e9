"""Migrations: one file a step, from an empty database to the newest tables."""
