"""The training data of the model: phrasings, a made-up catalogue, and the rows made from them by a seed."""
