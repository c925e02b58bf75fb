"""The confirmation step of an e-mail subscription.

SNS mails a link to a new address and sends nothing else there until its owner opens it.
With `LAB_CONFIRM_EMAIL=auto` the emulator opens the link itself and logs that it did, so that the
lab works at once; with `ask` the mail waits in the inbox for a person. Where it is not set, it is
`auto` in LocalStack's default account and `ask` in all others: those are somebody's sandboxes.
"""

import html
import logging
import os
from collections.abc import Callable
from typing import Any

from localstack.aws.connect import connect_to
from localstack.constants import DEFAULT_AWS_ACCOUNT_ID
from localstack.http import Request, Response
from localstack.services.edge import ROUTER
from localstack.services.sns.models import sns_stores
from localstack.utils.aws.arns import extract_account_id_from_arn, extract_region_from_arn

from lab_engine.sns import letters, postbox
from lab_engine.sns.letters import CONFIRMATION_PATH, UNSUBSCRIBE_PATH
from lab_engine.sns.publishing import from_line, subscription_of

LOG = logging.getLogger(__name__)

_MODES = ("auto", "ask")


class ConfirmationModeError(ValueError):
    """`LAB_CONFIRM_EMAIL` is neither `auto` nor `ask`."""


def serve_links() -> None:
    """Serve the links in mails, and log who confirms subscriptions."""
    mode = confirmation_mode() or f"auto in account {DEFAULT_AWS_ACCOUNT_ID}, ask in others"
    LOG.info("e-mail subscriptions are confirmed: %s (LAB_CONFIRM_EMAIL)", mode)
    ROUTER.add(CONFIRMATION_PATH, _confirmation_page, methods=["GET"])
    ROUTER.add(UNSUBSCRIBE_PATH, _unsubscribe_page, methods=["GET"])


def subscribe(
    original: Callable[..., Any], self: Any, context: Any, *args: object, **kwargs: object
) -> Any:
    """Subscribe, and ask the owner of an e-mail address to confirm."""
    response = original(self, context, *args, **kwargs)
    wants_arn = bool(kwargs.get("return_subscription_arn"))
    return _ask_for_confirmation(response, wants_arn)


def confirmation_mode() -> str | None:
    """Return the value of `LAB_CONFIRM_EMAIL`; None where it is not set.

    Raises:
        ConfirmationModeError: It is neither `auto` nor `ask`.
    """
    mode = os.environ.get("LAB_CONFIRM_EMAIL") or None
    if mode not in (None, *_MODES):
        message = f"LAB_CONFIRM_EMAIL must be one of {', '.join(_MODES)}, not {mode!r}"
        raise ConfirmationModeError(message)
    return mode


def _confirms_for(account: str) -> bool:
    """Return whether the emulator opens the links of an account's mails itself."""
    return (confirmation_mode() or _default_mode(account)) == "auto"


def _default_mode(account: str) -> str:
    return "auto" if account == DEFAULT_AWS_ACCOUNT_ID else "ask"


def _ask_for_confirmation(response: Any, wants_arn: bool) -> Any:
    """Mail the question, and again whenever a pending address is subscribed, as SNS does."""
    arn = response["SubscriptionArn"]
    if ":" not in arn:  # "pending confirmation" of an HTTP endpoint: LocalStack asks that itself
        return response
    account = extract_account_id_from_arn(arn)
    store = sns_stores[account][extract_region_from_arn(arn)]
    record = store.subscriptions[arn]
    if record["Protocol"] not in {"email", "email-json"} or record["PendingConfirmation"] != "true":
        return response
    token = next(token for token, owner in store.subscription_tokens.items() if owner == arn)
    subscription = subscription_of(record)
    origin = from_line(store.topics[subscription.topic_arn]["attributes"])
    postbox.post(letters.confirmation(subscription, origin, token), subscription.topic_arn)
    if _confirms_for(account):
        _sns_of(subscription.topic_arn).confirm_subscription(
            TopicArn=subscription.topic_arn, Token=token
        )
        LOG.info(
            "LAB_CONFIRM_EMAIL: confirmed %s for %s in its owner's place",
            subscription.address,
            subscription.topic_arn,
        )
    if not wants_arn:
        response["SubscriptionArn"] = "pending confirmation"
    return response


def hide_pending_arns(list_by_topic: Callable[..., Any], *args: object, **kwargs: object) -> Any:
    """List an unconfirmed subscription as `PendingConfirmation`, as SNS does."""
    response = list_by_topic(*args, **kwargs)
    response["Subscriptions"] = [
        {**subscription, "SubscriptionArn": "PendingConfirmation"}
        if subscription.get("PendingConfirmation") == "true"
        else subscription
        for subscription in response["Subscriptions"]
    ]
    return response


def _sns_of(arn: str) -> Any:
    return connect_to(
        aws_access_key_id=extract_account_id_from_arn(arn),
        region_name=extract_region_from_arn(arn),
    ).sns


def _confirmation_page(request: Request) -> Response:
    topic_arn = request.args.get("TopicArn", "")
    token = request.args.get("Token", "")
    try:
        confirmed = _sns_of(topic_arn).confirm_subscription(TopicArn=topic_arn, Token=token)
    except Exception as error:  # noqa: BLE001 - any error of SNS or of the link is shown
        return _page("Subscription not confirmed", str(error), status=400)
    return _page(
        "Subscription confirmed!",
        f"You have successfully subscribed. Your subscription's id is: "
        f"{confirmed['SubscriptionArn']}",
    )


def _unsubscribe_page(request: Request) -> Response:
    arn = request.args.get("SubscriptionArn", "")
    try:
        _sns_of(arn).unsubscribe(SubscriptionArn=arn)
    except Exception as error:  # noqa: BLE001 - as above
        return _page("Subscription not removed", str(error), status=400)
    return _page("Subscription removed!", f"Your subscription with the id {arn} has been removed.")


def _page(title: str, text: str, status: int = 200) -> Response:
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
        f"</title></head><body><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></body></html>"
    )
    return Response(body, status=status, mimetype="text/html")
