"""Note in every mail on the inbox page which account sent it.

LocalStack keeps the mails of all accounts in one list, without their account.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

SENDING_OPERATIONS = ("send_email", "send_templated_email", "send_raw_email")

_account: ContextVar[str | None] = ContextVar("account", default=None)


@contextmanager
def sent_by(account: str) -> Iterator[None]:
    """Note an account in the mails that are saved inside the block."""
    token = _account.set(account)
    try:
        yield
    finally:
        _account.reset(token)


def send_as_caller(
    send: Callable[..., Any], self: Any, context: Any, *args: object, **kwargs: object
) -> Any:
    """Note the caller's account in the mails of SES's own operations."""
    with sent_by(context.account_id):
        return send(self, context, *args, **kwargs)


def save_with_account(save: Callable[[dict[str, Any]], None], mail: dict[str, Any]) -> None:
    """Save a mail for the inbox page, with the field Account."""
    account = _account.get()
    save({**mail, "Account": account} if account else mail)
