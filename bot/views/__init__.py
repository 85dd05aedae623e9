"""What people see, as pure functions: every sentence the bot says lives here."""
