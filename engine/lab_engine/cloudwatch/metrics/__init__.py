"""CloudWatch metrics as AWS stores and answers them; what a service reports is in its own room."""
