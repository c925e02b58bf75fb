"""X-Ray: the service that keeps traces, and what Lambda and Step Functions send to it.

moto has an X-Ray too, but of a trace it knows only the documents: its summaries are constants, it
refuses every filter, and what it keeps grows without end. So nothing of it is used.
"""
