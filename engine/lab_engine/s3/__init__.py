"""S3: numbered events, conditional deletes, lists of any keys, and the lifecycle."""
