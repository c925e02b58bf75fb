"""A dictionary that can be listed while it grows, for what requests add to and list.

LocalStack lists executions and mails by a loop over the dictionary that holds them. One that is
added meanwhile, by another thread, ends the loop: the list is answered with 500, "dictionary
changed size during iteration" (seen in one of about 300 ListExecutions during a burst). On AWS a
list may lack what was added meanwhile, and never fails for it.
"""

from typing import Any


class Growing(dict[str, Any]):
    """A dictionary whose values may be looped over while others are added or taken away."""

    def values(self) -> Any:  # a list instead of the view of dict
        """Return the values there are now; no other thread runs while they are copied."""
        return list(super().values())
