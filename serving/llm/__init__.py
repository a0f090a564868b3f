"""The small model: its weights, its server, and a client for it."""
