"""What an agent may call: thin typed doors onto mathematics, database and text."""
