"""The fault switch: services that throttle, fail or are slow, and functions that are killed.

It is for exercises and tests (docs/chaos.md). Nothing fails unless `/_lab/faults` was asked for it.
"""
