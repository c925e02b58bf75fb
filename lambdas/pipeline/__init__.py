"""What the seven functions of the CSV Report Processor share."""
