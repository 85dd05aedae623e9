"""The wire, below the plugs: Slack, Twilio and SMTP, each answering outbound work with an outcome."""
