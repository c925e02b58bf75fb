"""Lambda: the `process` executor, which needs no Docker, and what Lambda checks and reports.

Each execution environment is one process, and a burst of invocations shares few environments.
"""
