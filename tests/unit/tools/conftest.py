"""The small shop for tests of the tools: a real SQLite database and a real Chroma."""

from tests.small_store import small_context, small_home, small_knowledge, small_shop

__all__ = ["small_context", "small_home", "small_knowledge", "small_shop"]
