"""The provisioner: creates the CSV Report Processor at an AWS endpoint."""
