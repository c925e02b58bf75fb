"""What the plugin replaces in LocalStack so that policies decide."""

from localstack.aws.handlers.presigned_url import ParsePreSignedUrlRequest
from localstack.services.cloudwatch import provider_v2
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.s3.notifications import BaseNotifier
from localstack.services.s3.provider import S3Provider
from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse

from lab_engine.gaps import IAM
from lab_engine.iam import (
    alarm_actions,
    creation_checks,
    enforcement,
    installation,
    query_signature,
    temporary_keys,
)
from lab_engine.iam.mode import Mode, chosen_mode
from lab_engine.patching import Replacement, Start, around, instead


def _is_enforced() -> bool:
    return chosen_mode() is Mode.ENFORCE


def _is_checked() -> bool:
    return chosen_mode() is not Mode.OFF


PATCHES: tuple[Replacement, ...] = (
    around(
        ParsePreSignedUrlRequest,
        "__call__",
        query_signature.move_into_header,
        why="a signature in the query string is ignored, except by S3",
        gap=IAM,
    ),
    around(
        BaseNotifier,
        "_validate_notification",
        creation_checks.check_filter_rules_first,
        why="the target is checked before the filter's rules",
        gap=IAM,
        only_if=_is_enforced,
    ),
    *(
        around(
            TokenResponse,
            operation,
            by,
            why="the keys of these operations are a constant that belongs to nobody",
            gap=IAM,
            only_if=_is_checked,
        )
        for operation, by in (
            ("get_session_token", temporary_keys.get_session_token),
            ("get_federation_token", temporary_keys.get_federation_token),
        )
    ),
    around(
        STSBackend,
        "get_caller_identity",
        temporary_keys.get_caller_identity,
        why="it answers root for a caller that it does not know",
        gap=IAM,
        only_if=_is_checked,
    ),
    *(
        around(
            TokenResponse,
            operation,
            temporary_keys.assume_role,
            why="session policies given by their ARNs are ignored",
            gap=IAM,
            only_if=_is_checked,
        )
        for operation in ("assume_role", "assume_role_with_saml", "assume_role_with_web_identity")
    ),
    around(
        STSBackend,
        "assume_role_with_saml",
        temporary_keys.assume_role_with_saml,
        why="the session is kept in the caller's account, not in the role's",
        gap=IAM,
        only_if=_is_checked,
    ),
    around(
        S3Provider,
        "delete_objects",
        enforcement.delete_allowed_objects,
        why="DeleteObjects deletes all or nothing",
        gap=IAM,
        only_if=_is_enforced,
    ),
    around(
        LambdaProvider,
        "check_service_resource_exists",
        creation_checks.check_poller_permissions,
        why="a queue is polled even if the function's role may not",
        gap=IAM,
        only_if=_is_enforced,
    ),
    around(
        provider_v2.CloudwatchProvider,
        "set_alarm_state",
        alarm_actions.remember_alarm,
        why="an alarm acts as the account's root, which no policy can refuse",
        gap=IAM,
        only_if=_is_enforced,
    ),
    instead(
        provider_v2,
        "connect_to",
        alarm_actions.AlarmClients,
        why="an alarm acts as the account's root, which no policy can refuse",
        gap=IAM,
        only_if=_is_enforced,
    ),
)

STARTS: tuple[Start, ...] = (Start(installation.install),)
