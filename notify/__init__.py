"""Notifiers: ways to reach a person, one small file each. `registry.py` lists them and says how to add one."""
