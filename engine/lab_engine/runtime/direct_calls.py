"""Hand the calls that LocalStack's services make most often to each other as objects.

LocalStack's services call each other through boto clients: a call is serialized, signed, parsed and
routed, and its answer serialized and parsed once more, all in one process. Nobody sees those bytes.
Here IAM, the faults and the service get the objects themselves, through the same handlers.

What is out of the ordinary takes the usual way: parameters that boto refuses, a service that is not
loaded, and an error that boto tries again. Such a call is tried once more often than boto would.
"""

import io
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from botocore.response import StreamingBody
from botocore.validate import ParamValidator
from localstack.aws import connect, handlers
from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.aws.api import RequestContext
from localstack.aws.api.core import ServiceOperation
from localstack.aws.chain import HandlerChain
from localstack.aws.client import parse_response
from localstack.aws.handlers.service import ServiceRequestRouter
from localstack.http import Request, Response
from localstack.runtime import get_current_runtime
from localstack.utils.aws.arns import get_partition
from localstack.utils.aws.request_context import mock_aws_request_headers

from lab_engine.xray import headers as trace_headers

_OPERATIONS = {
    "cloudwatch": ("GetMetricData",),
    "lambda": ("Invoke",),
    "logs": ("PutLogEvents",),
    "sqs": ("SendMessage", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"),
}
"""What a burst of files consists of, and an alarm, also when nothing happens; the rest is rare."""

_TRIED_AGAIN = frozenset(
    {
        "LimitExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes that boto tries again, beside any answer of 500 and above (boto3 guide, "Retries")."""


class _Providers(ServiceRequestRouter):  # type: ignore[misc]
    """Route to the provider's method, where LocalStack's router goes to what serializes.

    It is a router of the same class, so whatever is patched around routing is around this too.
    """

    def handler_of(self, operation: ServiceOperation) -> Any:
        """Return what answers the operation; None while its service is not loaded."""
        if operation not in self.handlers:
            router = get_current_runtime().components.gateway.service_request_router
            loaded = router.handlers.get(operation)
            if loaded is None:
                return None
            self.handlers[operation] = partial(_answer, loaded.skeleton.dispatch_table)
        return self.handlers[operation]


def _answer(
    methods: Any, _chain: HandlerChain, context: RequestContext, response: Response
) -> None:
    result = methods[context.operation.name](context, context.service_request) or {}
    if isinstance(result, Response):  # a provider may answer with what moto serialized
        response.update_from(result)
    else:
        context.service_response = result


_PROVIDERS = _Providers()


def shorten(add_hooks: Callable[..., Any], factory: Any, client: Any) -> Any:
    """Give an internal client the direct way to the operations that have one.

    Args:
        add_hooks: LocalStack's function that completes a new client.
        factory: What made it.
        client: The new boto client.
    """
    client = add_hooks(factory, client)
    if operations := _OPERATIONS.get(client.meta.service_model.service_name):
        client._make_api_call = DirectCalls(client, operations).call
        client.meta.events.register("before-call.lambda.Invoke", trace_headers.add_to_request)
    return client


class DirectCalls:
    """The calls of one client.

    Args:
        client: A boto client of LocalStack's own.
        operations: The operations that are called directly.
    """

    def __init__(self, client: Any, operations: tuple[str, ...]) -> None:
        self._client = client
        self._usual_call = client._make_api_call
        self._service = client.meta.service_model
        self._operations = {name: self._service.operation_model(name) for name in operations}
        self._validator = ParamValidator()
        self._region = client.meta.region_name
        key = client._request_signer._credentials.access_key
        self._account = get_account_id_from_access_key_id(key)
        self._headers = {
            **mock_aws_request_headers(self._service.service_name, key, self._region),
            "User-Agent": client._user_agent_creator.to_string(),
            "x-moto-account-id": self._account,
        }
        host, _, port = client.meta.endpoint_url.rpartition("/")[2].partition(":")
        self._server = host, int(port) if port else None

    def call(self, name: str, given: dict[str, Any]) -> Any:
        """Call an operation, in place of the client's own method.

        Args:
            name: The operation.
            given: Its parameters, and LocalStack's own that begin with an underscore.

        Returns:
            What boto would return.

        Raises:
            ClientError: As boto would raise it.
        """
        operation = self._operations.get(name)
        route = ServiceOperation(self._service.service_name, name)
        if operation is None or _PROVIDERS.handler_of(route) is None:
            return self._usual_call(name, given)
        internal: dict[str, Any] = {}
        parameters = dict(given)
        connect._handler_create_request_parameters(params=parameters, context=internal)
        if self._validator.validate(parameters, operation.input_shape).has_errors():
            return self._usual_call(name, given)
        context = self._context(operation, _as_parsed(parameters), internal["_localstack"])
        response = _handle(context)
        if context.service_response is None:
            parsed = parse_response(operation, context.protocol, response)
            code = parsed.get("Error", {}).get("Code")
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _TRIED_AGAIN:
                return self._usual_call(name, given)
            if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
                raise self._client.exceptions.from_code(code)(parsed, name)
            return parsed
        return _as_boto_returns(context)

    def _context(
        self, operation: Any, parameters: dict[str, Any], internal: dict[str, Any]
    ) -> RequestContext:
        request = Request("POST", "/", headers=self._headers, server=self._server)
        context = RequestContext(request)
        context.service, context.operation = self._service, operation
        context.protocol = self._service.resolved_protocol
        context.region, context.partition = self._region, get_partition(self._region)
        context.account_id = self._account
        context.internal_request_params = MappingProxyType(internal)
        context.trace_context["aws_trace_header"] = trace_headers.of_this_call()
        context.service_request = parameters
        return context


def _handle(context: RequestContext) -> Response:
    """Let IAM and the faults check the request, and the service answer it.

    Returns:
        The serialized answer, if it is an error or the service itself serialized it.
    """
    chain: HandlerChain = HandlerChain()
    response = Response()
    try:
        handlers.serve_custom_service_request_handlers(chain, context, response)
        _PROVIDERS(chain, context, response)
    except Exception as error:  # noqa: BLE001 - whatever it is, the chain's handlers answer it
        for handle in get_current_runtime().components.gateway.exception_handlers:
            handle(chain, error, context, response)
    return response


def _as_parsed(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as LocalStack's parser gives them: a payload is a stream."""
    payload = parameters.get("Payload")
    if isinstance(payload, str):
        payload = payload.encode()
    if isinstance(payload, bytes | bytearray):
        return {**parameters, "Payload": io.BytesIO(payload)}
    return parameters


def _as_boto_returns(context: RequestContext) -> dict[str, Any]:
    answer = {
        name: value for name, value in (context.service_response or {}).items() if value is not None
    }
    status = answer.get("StatusCode", HTTPStatus.OK.value)
    shape = context.operation.output_shape
    if shape and "Payload" in shape.members:
        payload = answer.get("Payload") or b""
        data = payload.encode() if isinstance(payload, str) else payload
        answer["Payload"] = StreamingBody(io.BytesIO(data), len(data))
    answer["ResponseMetadata"] = {
        "RequestId": context.request_id,
        "HTTPStatusCode": status,
        "HTTPHeaders": {},
        "RetryAttempts": 0,
    }
    return answer
