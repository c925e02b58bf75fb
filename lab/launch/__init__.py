"""What starts, finds and stops a lab: LocalStack as a process, or in Docker."""
