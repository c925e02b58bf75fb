"""The provisioner: makes an AWS endpoint hold the CSV Report Processor, and nothing more."""
