"""check-file-size: says how large a file is."""
