"""CloudWatch alarms, evaluated at the times and by the rules of AWS."""
