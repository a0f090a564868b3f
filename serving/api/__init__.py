"""The desk for programs: FastAPI."""
