"""Targets: the pipeline elsewhere than in a lab of this machine, on AWS or at another endpoint."""
