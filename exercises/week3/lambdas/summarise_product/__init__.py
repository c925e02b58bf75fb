"""summarise-product: adds up one product of a file."""
