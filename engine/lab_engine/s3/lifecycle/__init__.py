"""S3 lifecycle rules that really expire objects, by a clock that can be moved forward."""
