"""The gate: every request from outside passes it, before LocalStack has looked at anything.

LocalStack answers whoever asks, web pages included: it checks no Host, lets S3 requests through
whatever their origin, and trusts some origins that are not ours. A page could run code on this
machine by way of a function. `rules.py` says who is answered, `server.py` puts that before the
server, `refusals.py` tells the others why.
"""
