"""The gate: it judges every request from outside before LocalStack reads it.

LocalStack answers everybody, web pages included: it checks no Host, accepts S3 requests of every
origin, and trusts some origins that are not ours. A page could run code on this machine through a
function. `rules.py` decides who is answered, `server.py` applies the rules in front of the server,
`refusals.py` explains a refusal.
"""
