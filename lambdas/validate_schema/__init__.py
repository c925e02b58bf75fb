"""validate-schema: checks that the required columns are there."""
