"""What the plugin itself keeps beside LocalStack's stores: mails, clocks, the IAM journal.

Caches are not state: they are emptied when another state takes the place of the present one.
"""

from datetime import timedelta
from typing import Any

from localstack.services.ses import provider as ses

from lab_engine.iam import principals
from lab_engine.iam.installation import JOURNAL
from lab_engine.iam.journal import Entry
from lab_engine.s3.lifecycle.clock import CLOCK
from lab_engine.state.pages import Pages

State = dict[str, Any]

NOTHING: State = {"mails": [], "clocks": {}, "journal": []}
"""What it keeps in an empty cloud."""

_MAIL_PAGES = Pages(100)
"""A mail in the inbox does not change."""


def take() -> State:
    """Return what the plugin keeps, as live objects."""
    mails = _MAIL_PAGES.sealed(list(ses.EMAILS.values()))
    return {"mails": mails, "clocks": CLOCK.steps(), "journal": JOURNAL.entries()}


def open_sealed(saved: State) -> None:
    """Give a decoded state its mails.

    Raises:
        TypeError, LookupError: They are none.
    """
    saved["mails"] = _MAIL_PAGES.opened(saved["mails"])


def check(saved: Any) -> None:
    """Refuse what the plugin does not keep so.

    Raises:
        ValueError, LookupError: It does not; the message is one line.
    """
    if saved.keys() != NOTHING.keys():
        raise ValueError("the plugin keeps something else")
    if not all(isinstance(mail, dict) and isinstance(mail["Id"], str) for mail in saved["mails"]):
        raise ValueError("a mail is not a mail")
    for account, step in saved["clocks"].items():
        if not isinstance(account, str) or not isinstance(step, timedelta):
            raise ValueError("a clock is not a time")
    if not all(isinstance(entry, Entry) for entry in saved["journal"]):
        raise ValueError("the journal is not a journal")


def put_back(saved: State) -> None:
    """Replace what the plugin keeps."""
    ses.EMAILS.clear()
    ses.EMAILS.update({mail["Id"]: mail for mail in saved["mails"]})
    CLOCK.set_steps(saved["clocks"])
    JOURNAL.replace(saved["journal"])
    principals.forget()
