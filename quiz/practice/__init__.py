"""The daily five and the notebook of mistakes."""
