"""compare-totals: says whether the products' sums make the total."""
