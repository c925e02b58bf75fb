"""The `process` Lambda executor: each execution environment is one process, no Docker."""
