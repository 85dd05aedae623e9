"""Everything a person says in Slack, turned into use cases; acks, refusals and bugs are handled in `boundary`."""
