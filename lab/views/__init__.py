"""What several commands show, or ask, in the same way."""
