"""What the functions of this exercise share: the sales in a file."""
