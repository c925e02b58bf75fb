"""CloudWatch alarms evaluated when and as AWS evaluates them."""
