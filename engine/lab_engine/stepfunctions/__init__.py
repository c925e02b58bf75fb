"""Step Functions: what it names, refuses and reports, and what its executions need not do twice."""
