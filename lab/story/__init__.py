"""What became of a file and why, told in the order in which it happened."""
