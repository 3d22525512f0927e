"""What managers and trainers read: sums kept as grades come, and the pages' figures from them."""
