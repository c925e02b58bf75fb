"""CloudWatch Logs: metric filters by pattern, and metrics embedded in log lines."""
