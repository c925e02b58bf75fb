"""parse-csv: finds out how a file is to be read."""
