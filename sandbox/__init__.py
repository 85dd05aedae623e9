"""A local Slack, phones and mailbox for the unmodified bot; shares no code with it."""
