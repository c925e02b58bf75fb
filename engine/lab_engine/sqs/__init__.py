"""SQS: the event source mapping as Lambda runs it, and what queues report to CloudWatch."""
