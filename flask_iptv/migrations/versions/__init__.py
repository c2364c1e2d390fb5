"""The history of our tables, oldest first by their numbers."""
