"""What the program does: one verb a function; open a unit of work, ask the domain, write rows, commit once."""
