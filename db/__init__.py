"""The sales database: tables, sessions, imports, and the life of a proposal."""
