"""Spot checks 抽查: drawn, recorded on a device, scored."""
