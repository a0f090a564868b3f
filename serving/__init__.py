"""The two servers: the language model and the API."""
