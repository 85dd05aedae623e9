"""The mind of Tocsin: what an incident bot decides, without Slack's wire, SQL or the clock on the wall."""
