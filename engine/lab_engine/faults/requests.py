"""Apply faults to requests, after IAM and before the service, as AWS's front end would."""

import logging
import time
import weakref
from typing import Any, Protocol

from localstack.aws import handlers
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from lab_engine.faults.answers import FAILED, THROTTLED
from lab_engine.faults.fault import Fault, Kind, Point
from lab_engine.faults.switchboard import switchboard
from lab_engine.iam import principals
from lab_engine.iam.policy import Principal

LOG = logging.getLogger(__name__)


class Environment(Protocol):
    """An execution environment of Lambda, whose process can be killed."""

    function_version: Any

    def kill_process(self) -> None:
        """Kill the process, whatever it is doing."""


_environments: weakref.WeakValueDictionary[str, Environment] = weakref.WeakValueDictionary()
"""Execution environments by the access key that Lambda gave each of them."""


def install() -> None:
    """Put the check after IAM's: a request that IAM denies is not throttled."""
    handlers.serve_custom_service_request_handlers.append(_check)


def remember_environment(access_key: str, environment: Environment) -> None:
    """Remember which environment signs its requests with an access key."""
    _environments[access_key] = environment


def _check(_chain: object, context: RequestContext, _response: object) -> None:
    if context.operation is None or context.service is None or not switchboard.faults():
        return
    service, operation = context.service.service_name, context.operation.name
    caller = _caller(context)
    if caller is None or caller.role_arn is None:
        return
    role = caller.role_arn.rpartition("/")[2]
    key = extract_access_key_id_from_auth_header(context.request.headers) or ""
    if environment := _environments.get(key):
        function = environment.function_version.id
        if switchboard.strike_process(
            function.account, function.function_name, Point.DURING, operation
        ):
            LOG.info("fault: %s is killed at %s", function.function_name, operation)
            environment.kill_process()
            raise CommonServiceException("ServiceUnavailable", "The caller is gone.", 503)
    if fault := switchboard.strike_request(caller.account, service, operation, role):
        LOG.info("fault: %s for %s:%s of %s", fault.kind, service, operation, role)
        _apply(fault)


def _caller(context: RequestContext) -> Principal | None:
    try:
        return principals.identify(context)
    except principals.UnknownAccessKeyError:
        return None


def _apply(fault: Fault) -> None:
    match fault.kind:
        case Kind.SLOW:
            time.sleep(fault.delay)
        case Kind.THROTTLE:
            raise THROTTLED[fault.target].as_exception()
        case Kind.ERROR:
            raise FAILED[fault.target].as_exception()
