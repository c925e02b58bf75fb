"""Keep a state machine role's AWS clients for a minute.

Every task assumed the role again and built a client, copying all of boto's event hooks. A minute is
short enough for a changed trust policy to be noticed.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.item_reader.resource_eval import (  # noqa: E501 - LocalStack's own name
    resource_eval_s3 as reader,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.result_writer.resource_eval import (  # noqa: E501 - as above
    resource_eval_s3 as writer,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
    lambda_eval_utils,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (  # noqa: E501 - as above
    state_task_service_aws_sdk,
    state_task_service_batch,
    state_task_service_dynamodb,
    state_task_service_ecs,
    state_task_service_events,
    state_task_service_glue,
    state_task_service_sfn,
    state_task_service_sns,
    state_task_service_sqs,
    state_task_service_unsupported,
)
from localstack.services.stepfunctions.asl.utils import boto_client

from lab_engine.stepfunctions import task_roles

MODULES = (
    boto_client,
    lambda_eval_utils,
    reader,
    state_task_service_aws_sdk,
    state_task_service_batch,
    state_task_service_dynamodb,
    state_task_service_ecs,
    state_task_service_events,
    state_task_service_glue,
    state_task_service_sfn,
    state_task_service_sns,
    state_task_service_sqs,
    state_task_service_unsupported,
    writer,
)
"""The modules that import LocalStack's `boto_client_for` under a name of their own."""

_KEEP_SECONDS = 60.0


class ClientCache:
    """Keeps clients by service, region, role and state machine."""

    def __init__(self, create: Callable[..., Any], clock: Callable[[], float]) -> None:
        self._create = create
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, ...], tuple[float, Any]] = {}

    def client_for(self, service: str, region: str, state_credentials: Any) -> Any:
        """Return the client of one role; make a new one after a minute."""
        # A trust policy can depend on the state machine too.
        machine = getattr(state_credentials, "state_machine_arn", "")
        key = (service, region, state_credentials.role_arn, machine)
        with self._lock:
            made, client = self._clients.get(key, (0.0, None))
            if client is None or self._clock() - made > _KEEP_SECONDS:
                client = self._create(service, region, state_credentials)
                self._clients[key] = (self._clock(), client)
            return client


CACHE = ClientCache(task_roles.client_for, time.monotonic)
"""The cache of this LocalStack, for all modules that import the function."""
