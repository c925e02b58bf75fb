"""CloudWatch Logs that counts what a filter asks for, and reads metrics out of log lines."""
