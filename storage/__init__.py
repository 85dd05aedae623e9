"""Everything that lasts: tables, units of work and one repository a noun, on SQLite or PostgreSQL."""
