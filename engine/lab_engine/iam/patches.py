"""What the plugin replaces in LocalStack so that policies decide."""

from localstack.services.cloudwatch import provider_v2
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.s3.provider import S3Provider

from lab_engine.gaps import IAM
from lab_engine.iam import alarm_actions, creation_checks, enforcement, installation
from lab_engine.iam.mode import Mode, chosen_mode
from lab_engine.patching import Replacement, Start, around, instead


def _is_enforced() -> bool:
    return chosen_mode() is Mode.ENFORCE


PATCHES: tuple[Replacement, ...] = (
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
        why="a queue is polled whatever the function's role may",
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

STARTS: tuple[Start, ...] = (Start(installation.stand_before_services),)
