"""The deterministic reading of a message: numbers, cues and product words, without a model."""
