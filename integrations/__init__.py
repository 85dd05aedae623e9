"""Other systems: so far the Slack room with all that is posted in it. `registry.py` lists the effects."""
