"""IAM enforcement: requests are allowed by policies only, as on AWS.

`LAB_IAM` chooses: `enforce` (the default) refuses, `log` lets everything through and says what
would be refused, `off` leaves LocalStack as it is. A teaching aid: signatures are not verified.
"""
