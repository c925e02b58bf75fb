"""The guard: no request leaves this machine unless the AWS account that it is for was named.

boto3 reaches AWS by itself: credentials in `~/.aws` are enough. So an endpoint that is not on this
machine is refused unless `LAB_ALLOW_AWS` has the number of the account, and the account that STS
tells there is that one. `LAB_TARGET=aws` has any endpoint treated as AWS, also one on this machine.
"""

from __future__ import annotations

import os
import re
import secrets
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

from provision.errors import ProvisionError
from provision.settings import DEFAULT_EMAIL, DEFAULT_SUFFIX, QUICK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provision.settings import Settings

ALLOW_AWS: Final = "LAB_ALLOW_AWS"
"""The variable that names the account, twelve digits."""

TARGET: Final = "LAB_TARGET"
"""The variable that is `aws` where the endpoint counts as AWS, wherever it is."""

SERVICES: Final = (
    "cloudwatch",
    "iam",
    "lambda",
    "logs",
    "s3",
    "sns",
    "sqs",
    "stepfunctions",
    "sts",
)
"""All that provisioning asks, as boto3 names it."""

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_OWNER: Final = "ExpectedBucketOwner"
_NO_PROXY: Final = Config(proxies={})
_NOBODY: Final = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}
"""Credentials that keep boto3 from looking for others, where only an address is wanted."""


class Guard:
    """Decides where requests may go, and with whose credentials.

    For endpoints on this machine the clients use no proxy and only the environment's credentials,
    unless they count as AWS. Without `LAB_ALLOW_AWS` nothing in `~/.aws` is read.

    Args:
        region: Of the endpoints.
        environment: The variables; the process's own when not given.

    Attributes:
        allowed: The account that `LAB_ALLOW_AWS` names; None where it names none.
        is_away: Whether the endpoints are not on this machine.
        is_aws: Whether they count as AWS: those that are away do, the others by `LAB_TARGET=aws`.
        session: What makes the clients.

    Raises:
        ProvisionError: An endpoint counts as AWS and no account is named, the endpoints are of both
            kinds, or there are no credentials for those on this machine. Nothing was asked, and no
            credentials in `~/.aws` were read.
    """

    def __init__(self, region: str, environment: Mapping[str, str] | None = None) -> None:
        given = os.environ if environment is None else environment
        self.allowed = _allowed_account(given)
        wants_aws = _wants_aws(given, self.allowed)
        self.session = _session(region) if self.allowed else _session_of_this_machine(region)
        self.session.events.register("before-send.*.*", self._check)
        self._account: str | None = None
        credentials = _credentials_in(given)
        clients = {
            service: self.session.client(service, config=_NO_PROXY, **(credentials or _NOBODY))
            for service in SERVICES
        }
        self.is_away = self._require_one_place(
            {service: client.meta.endpoint_url for service, client in clients.items()}
        )
        self.is_aws = self.is_away or wants_aws
        self._clients = {} if self.is_aws else clients
        if not (self.is_aws or credentials):
            raise ProvisionError(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and credentials in "
                "~/.aws are not used for an endpoint on this machine. Any values will do, such as "
                "test."
            )

    def client(self, service: str) -> Any:
        """Return a client of one of the services; S3's says whose each bucket must be."""
        client = self._clients.get(service) or self.session.client(service)
        if service == "s3":
            client.meta.events.register("provide-client-params.s3.*", self._name_bucket_owner)
        return client

    def confirm(self, account: str) -> None:
        """Let requests pass, because this is the account that was named.

        Args:
            account: What STS says.

        Raises:
            ProvisionError: It is another one.
        """
        if self.is_aws and account != self.allowed:
            raise ProvisionError(
                "LAB_ALLOW_AWS names account {allowed}, but these credentials are of account "
                "{account}: nothing was changed.",
                allowed=self.allowed,
                account=account,
            )
        self._account = account

    def _require_one_place(self, urls: Mapping[str, str]) -> bool:
        """Return whether all of the endpoints are elsewhere, where that is allowed."""
        away = {service: url for service, url in urls.items() if not is_on_this_machine(url)}
        if away and self.allowed is None:
            service, url = next(iter(away.items()))
            raise ProvisionError(
                "{service} would be asked at {endpoint}, which is not on this machine. For a lab "
                "here set AWS_ENDPOINT_URL; for AWS set LAB_ALLOW_AWS to the number of your "
                "account.",
                service=service,
                endpoint=url,
            )
        if away and len(away) < len(urls):
            here = next(service for service in urls if service not in away)
            raise ProvisionError(
                "{here} would be asked on this machine and {there} elsewhere: set AWS_ENDPOINT_URL "
                "alone, and none for single services.",
                here=here,
                there=next(iter(away)),
            )
        return bool(away)

    def _check(self, request: Any, event_name: str, **_: object) -> None:
        """Refuse a request that must not be sent; botocore calls this with each one."""
        if not self.is_away and not is_on_this_machine(request.url):
            raise ProvisionError(
                "a request to {host} was not sent, because it is not on this machine.",
                host=urlsplit(request.url).hostname,
            )
        if self.is_aws and self._account is None and event_name.split(".")[1] != "sts":
            raise ProvisionError(
                "a request to {host} was not sent, because its account is not known yet.",
                host=urlsplit(request.url).hostname,
            )

    def _name_bucket_owner(self, params: dict[str, Any], model: Any, **_: object) -> dict[str, Any]:
        """Say whose the bucket is in each request that takes it: a name can become another's."""
        takes = model.input_shape is not None and _OWNER in model.input_shape.members
        return params | {_OWNER: self._account} if takes and self._account else params


def is_on_this_machine(url: str) -> bool:
    """Tell whether a URL's host is a loopback address or a name that always means one.

    Names under `localhost` do (RFC 6761, section 6.3); what others mean is known only to DNS.
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def require_settings_for_aws(settings: Settings) -> None:
    """Refuse settings that are good for an emulator only.

    Raises:
        ProvisionError: One of them; the message says what to set.
    """
    if settings.profile == QUICK:
        raise ProvisionError(
            "Profile quick is for emulators: AWS refuses its alarm periods of {period} s. Set "
            "LAB_PROFILE=workshop.",
            period=settings.profile.errors_period_seconds,
        )
    if settings.email == DEFAULT_EMAIL:
        raise ProvisionError(
            "LAB_EMAIL is not set: AWS sends real mail, so give an address of your own."
        )
    if settings.suffix == DEFAULT_SUFFIX:
        raise ProvisionError(
            "LAB_SUFFIX is not set: all accounts of AWS share the names of buckets, so choose one "
            "that nobody else has, such as LAB_SUFFIX={example}.",
            example=secrets.token_hex(4),
        )


def _allowed_account(environment: Mapping[str, str]) -> str | None:
    named = environment.get(ALLOW_AWS)
    if named and not _ACCOUNT.fullmatch(named):
        raise ProvisionError(
            "LAB_ALLOW_AWS is {value!r}, but it must be the number of an AWS account, twelve "
            "digits.",
            value=named,
        )
    return named or None


def _wants_aws(environment: Mapping[str, str], allowed: str | None) -> bool:
    named = environment.get(TARGET)
    if named and named != "aws":
        raise ProvisionError(
            "LAB_TARGET is {value!r}, but it can only be aws, for an endpoint that counts as AWS.",
            value=named,
        )
    if named and allowed is None:
        raise ProvisionError(
            "LAB_TARGET is aws, but LAB_ALLOW_AWS is not set: set it to the number of your account."
        )
    return bool(named)


def _session(region: str) -> Any:
    """Return boto3's usual session. Any: its type knows no service whose name is a variable."""
    return boto3.Session(region_name=region)


def _session_of_this_machine(region: str) -> Any:
    """Return a session that reads no file of the user's."""
    plain = botocore.session.Session()
    store = plain.get_component("config_store")
    for variable, value in (
        ("profile", None),
        ("config_file", os.devnull),
        ("credentials_file", os.devnull),
    ):
        store.set_config_variable(variable, value)
    return boto3.Session(botocore_session=plain, region_name=region)


def _credentials_in(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials of the environment; empty where it has none."""
    key, secret = (environment.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    if not (key and secret):
        return {}
    token = environment.get("AWS_SESSION_TOKEN")
    given = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    return given | ({"aws_session_token": token} if token else {})
