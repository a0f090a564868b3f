"""Imports: files in, clean rows of the store out, with a report of what was kept, mended and turned away."""
