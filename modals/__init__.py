"""The forms, one a file: `view` shows it, `read` takes what was entered, `submit` does it."""
