"""Writes a function's log the way its role must be allowed to on AWS.

LocalStack creates the log group before every new stream. AWS does so only for a function whose
group is missing, so a role without logs:CreateLogGroup can log into a group that exists.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogHandler
from localstack.utils.aws.client_types import ServicePrincipal
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.logs import LogItem

LOG = logging.getLogger(__name__)


def install() -> None:
    """Replaces the loop that delivers log lines."""
    patch(LogHandler.run_log_loop, pass_target=False)(_run_log_loop)


def _run_log_loop(self: Any, *_args: Any, **_kwargs: Any) -> None:
    clients: Any = connect_to.with_assumed_role(
        region_name=self.region, role_arn=self.role_arn, service_principal=ServicePrincipal.lambda_
    )
    while not self._shutdown_event.is_set():
        item = self.log_queue.get()
        if item is QUEUE_SHUTDOWN:
            return
        try:
            _deliver(clients.logs, item)
        except ClientError as error:
            LOG.warning("The log of a function is lost: %s", error)


def _deliver(logs: Any, item: LogItem) -> None:
    now_ms = int(time.time() * 1000)
    events = [
        {"timestamp": now_ms, "message": f"{line}\n"} for line in item.logs.split("\n") if line
    ]

    def put() -> None:
        logs.put_log_events(
            logGroupName=item.log_group, logStreamName=item.log_stream, logEvents=events
        )

    try:
        put()
    except logs.exceptions.ResourceNotFoundException:
        _make_stream(logs, item)
        put()


def _make_stream(logs: Any, item: LogItem) -> None:
    names = {"logGroupName": item.log_group, "logStreamName": item.log_stream}
    try:
        logs.create_log_stream(**names)
    except logs.exceptions.ResourceNotFoundException:
        logs.create_log_group(logGroupName=item.log_group)
        logs.create_log_stream(**names)
