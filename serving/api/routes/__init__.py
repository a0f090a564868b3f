"""What can be asked of the API, one module a subject."""
