"""list-products: names the products in a file, for the Map state to go through."""
