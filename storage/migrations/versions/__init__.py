"""The steps, in order of their numbers. Released steps are never changed."""
