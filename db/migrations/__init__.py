"""The schema's history, one revision a file; `Database.migrate` walks it."""
