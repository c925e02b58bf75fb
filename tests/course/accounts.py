"""Accounts of the tests' own in a lab: one for each purpose."""

import hashlib
import os

from course.sandbox import Sandbox


def sandbox_for(endpoint: str, purpose: str) -> Sandbox:
    """Return an account for a purpose, the same each time it is asked for in this run."""
    digits = int(hashlib.sha256(f"{os.getpid()}/{purpose}".encode()).hexdigest(), 16)
    return Sandbox(endpoint=endpoint, account=f"{digits % 10**12:012}", pace="quick")
