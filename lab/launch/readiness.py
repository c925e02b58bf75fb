"""Whether a lab is really provisioned, as LocalStack's init page tells it.

`completed` alone means little: it is true even when a script failed.
"""

from dataclasses import dataclass
from typing import Any

from lab.pages import get_page


@dataclass(frozen=True)
class Readiness:
    """One look at `/_localstack/init/ready`.

    Attributes:
        answers: LocalStack serves requests.
        completed: The ready stage is over.
        scripts: State by script name.
    """

    answers: bool
    completed: bool
    scripts: dict[str, str]

    @property
    def ready(self) -> bool:
        """Completed, with at least one script, and every one successful."""
        return self.completed and bool(self.scripts) and not self.failed

    @property
    def failed(self) -> list[str]:
        """Scripts that are over, or never will be, without success."""
        if not self.completed:
            return [name for name, state in self.scripts.items() if state == "ERROR"]
        return [name for name, state in self.scripts.items() if state != "SUCCESSFUL"]


def read_readiness(endpoint: str) -> Readiness:
    """Ask LocalStack how far it is."""
    import requests

    try:
        page: dict[str, Any] = get_page(endpoint, "/_localstack/init/ready")
    except requests.RequestException:
        return Readiness(answers=False, completed=False, scripts={})
    return Readiness(
        answers=True,
        completed=bool(page.get("completed")),
        scripts={script["name"]: script["state"] for script in page.get("scripts", [])},
    )
