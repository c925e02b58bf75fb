"""Writes on every mail in the inbox page which account sent it.

LocalStack keeps the mails of all accounts in one list, where nobody can tell them apart.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from localstack.services.ses import provider
from localstack.services.ses.provider import SesProvider
from localstack.utils.patch import Patch, patch

_SENDING = ("send_email", "send_templated_email", "send_raw_email")

_account: ContextVar[str | None] = ContextVar("account", default=None)


def install() -> None:
    """Adds the field Account to what the page shows."""
    for operation in _SENDING:
        patch(getattr(SesProvider, operation))(_as_caller)
    Patch(
        provider, "save_for_retrospection", _with_account(provider.save_for_retrospection)
    ).apply()


@contextmanager
def sent_by(account: str) -> Iterator[None]:
    """Makes the mails that are saved inside the block those of an account."""
    token = _account.set(account)
    try:
        yield
    finally:
        _account.reset(token)


def _as_caller(send: Callable[..., Any], self: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
    with sent_by(context.account_id):
        return send(self, context, *args, **kwargs)


def _with_account(save: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def save_with_account(mail: dict[str, Any]) -> None:
        account = _account.get()
        save({**mail, "Account": account} if account else mail)

    return save_with_account
