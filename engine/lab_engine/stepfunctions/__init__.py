"""Step Functions: error names, refusals and metrics as AWS's, and caches for its executions."""
