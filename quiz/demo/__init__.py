"""A fictional branch to look around in."""
