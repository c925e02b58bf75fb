"""IAM enforcement: only policies allow requests, as on AWS.

`LAB_IAM` is `enforce` (the default: refuse), `log` (allow everything and log what would be refused)
or `off` (LocalStack unchanged). This is a teaching aid: signatures are not verified.
"""
