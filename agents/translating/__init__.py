"""What mathematics and database say in English, for a reader of another language."""
