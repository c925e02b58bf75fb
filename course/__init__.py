"""The course: the workshop done by hand in an account of one's own, step by step, and checked.

It knows AWS APIs only: where to ask, and as which account, is said by a `Sandbox`.
"""
