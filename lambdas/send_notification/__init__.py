"""send-notification: tells people how a job ended."""
