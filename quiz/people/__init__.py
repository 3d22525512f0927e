"""Who works where, who signs in, and the rosters they come from."""
