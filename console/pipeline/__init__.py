"""The pipeline in the account: what there is, what leads where, how much goes there."""
