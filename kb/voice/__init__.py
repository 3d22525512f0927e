"""What people search, and what they did not find."""
