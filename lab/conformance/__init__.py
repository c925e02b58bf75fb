"""How much of LocalStack's own test suite the lab passes, against LocalStack alone.

The suite comes from a checkout of whoever runs it; nothing of it is in this repository. Most of its
tests were recorded on AWS.
"""
