"""transform-data: computes a sales report and writes it as the result."""
