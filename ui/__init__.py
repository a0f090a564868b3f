"""The desk for people: Gradio."""
