"""Pocket cards, the booklet and reports on paper."""
