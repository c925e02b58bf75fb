"""CloudWatch metrics: stored and answered as on AWS. Each service's metrics are in its own room."""
