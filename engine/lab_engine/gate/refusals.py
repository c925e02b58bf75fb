"""The text of a refusal, and the line about it in the log."""

import logging

from lab_engine.gate.rules import ALLOWED_HOSTS, ALLOWED_ORIGINS, Header, Verdict

LOG = logging.getLogger(__name__)

LOGGED_AT_MOST = 50
"""How many different refusals are logged; a page may try a new name each time."""

_SHOWN = 100
"""How many characters of a foreign header are shown."""


class Refusals:
    """Explains refusals, and logs each kind once."""

    def __init__(self) -> None:
        self._logged: set[str] = set()

    def explain(self, verdict: Verdict, header: Header) -> str:
        """Say why and what to do, and log it the first time.

        Args:
            verdict: Why it is refused.
            header: The request's headers.

        Returns:
            The text of the answer.
        """
        if verdict is Verdict.FOREIGN_HOST:
            what = f"the lab is not called {_shown(header('Host'))}"
            advice = f"Use http://127.0.0.1, or put the name into {ALLOWED_HOSTS}."
        else:
            what = f"a web page ({_shown(header('Origin') or header('Referer'))}) asked"
            advice = (
                f"Only pages of origins in {ALLOWED_ORIGINS} may use the lab; "
                "a browser may open a page of it at http://127.0.0.1."
            )
        if what not in self._logged and len(self._logged) < LOGGED_AT_MOST:
            self._logged.add(what)
            LOG.warning("refused a request: %s. %s", what, advice)
        return f"Refused: {what}. {advice}\n"


def _shown(value: str | None) -> str:
    """Return a header for people: short, and as plain text."""
    return ascii((value or "")[:_SHOWN]) if value else "it does not say which"
