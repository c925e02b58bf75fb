"""A long text in which names are looked for: each of them once, however many files have it."""


class SearchedText:
    """Text that remembers what it was asked for.

    The logs of all jobs are searched for the customers of each file. So that checking n files does
    not mean n searches of n files' logs for the same customer, no name is looked for twice.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._answers: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        """Return whether a name stands in it."""
        if name not in self._answers:
            self._answers[name] = name in self._text
        return self._answers[name]
