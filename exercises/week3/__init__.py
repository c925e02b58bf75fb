"""Week 3: size check beside schema check, a wait for large files, a product at a time."""
