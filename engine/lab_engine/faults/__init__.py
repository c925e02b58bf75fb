"""The fault switch: services that throttle, fail or are slow, and functions that are killed.

It is for exercises and tests: see docs/chaos.md. Nothing here happens unless it was asked for at
`/_lab/faults`.
"""
