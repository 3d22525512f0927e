"""Blueprints, and parallel forms drawn from a bank."""
