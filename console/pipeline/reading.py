"""What AWS lists of a pipeline in one account, and what its functions' code names."""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from console.errors import RefusedError
from console.pipeline.parts import Found, Pipeline, connect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from console.cloud import Answer, Cloud

LARGEST_CODE_BYTES: Final = 1024 * 1024
"""Larger code is a library more than a handler: it is not searched for names."""


@dataclass
class Structure:
    """The pipeline of an account, whose code is read only once.

    Args:
        cloud: The account.
    """

    cloud: Cloud
    _codes: dict[tuple[str, str], str] = field(default_factory=dict)

    async def read(self) -> Pipeline:
        """Return the pipeline as it is now.

        Raises:
            ConsoleError: The cloud does not answer.
        """
        return connect(await self._find())

    async def _find(self) -> Found:
        found = Found()
        (
            found.buckets,
            found.functions,
            found.mappings,
            (found.queues, found.machines, found.topics),
        ) = await asyncio.gather(
            self._or_nothing("s3", _buckets, found.buckets),
            self._or_nothing("lambda", _functions, found.functions),
            self._or_nothing("lambda", _mappings, found.mappings),
            asyncio.gather(
                self._or_nothing("sqs", _queues, found.queues),
                self._or_nothing("stepfunctions", _machines, found.machines),
                self._or_nothing("sns", _topics, found.topics),
            ),
        )
        texts = await asyncio.gather(*map(self._text_of, found.functions))
        arns = [each["FunctionArn"] for each in found.functions]
        found.texts = dict(zip(arns, texts, strict=True))
        return found

    async def _or_nothing[T](self, service: str, ask: Callable[[Any], T], nothing: T) -> T:
        """Ask a service; one that refuses, or that an emulator has not, holds nothing to draw."""
        return await or_nothing(self.cloud.use(service, ask), nothing)

    async def _text_of(self, function: Answer) -> str:
        """Return what a function's variables say, and its code."""
        variables = function.get("Environment", {}).get("Variables", {})
        key = (function["FunctionArn"], function["CodeSha256"])
        if key not in self._codes and function.get("CodeSize", 0) <= LARGEST_CODE_BYTES:
            self._codes[key] = await self._code_of(function["FunctionName"])
        return "\n".join([*map(str, variables.values()), self._codes.get(key, "")])

    async def _code_of(self, name: str) -> str:
        def ask(functions: Any) -> str:
            return str(functions.get_function(FunctionName=name)["Code"].get("Location", ""))

        address = await self._or_nothing("lambda", ask, "")
        archive = await self.cloud.endpoint.download(address) if address else None
        return sources_in(archive or b"")


async def or_nothing[T](answer: Awaitable[T], nothing: T) -> T:
    """Return an answer; `nothing` where AWS refuses to give it.

    Raises:
        NoAnswerError: The cloud does not answer.
    """
    try:
        return await answer
    except RefusedError:
        return nothing


def sources_in(archive: bytes) -> str:
    """Return the Python sources in a zip, one after another; nothing for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            return "\n".join(
                zipped.read(entry).decode("utf-8", "replace")
                for entry in zipped.infolist()
                if entry.filename.endswith(".py") and entry.file_size <= LARGEST_CODE_BYTES
            )
    except zipfile.BadZipFile:
        return ""


def _buckets(s3: Any) -> dict[str, Answer]:
    names = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    return {name: s3.get_bucket_notification_configuration(Bucket=name) for name in names}


def _functions(functions: Any) -> list[Answer]:
    pages = functions.get_paginator("list_functions").paginate()
    return [each for answer in pages for each in answer["Functions"]]


def _mappings(functions: Any) -> list[Answer]:
    pages = functions.get_paginator("list_event_source_mappings").paginate()
    return [each for answer in pages for each in answer["EventSourceMappings"]]


def _queues(sqs: Any) -> dict[str, Answer]:
    pages = sqs.get_paginator("list_queues").paginate()
    urls = [url for answer in pages for url in answer.get("QueueUrls", ())]
    return {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "RedrivePolicy"])[
            "Attributes"
        ]
        for url in urls
    }


def _machines(states: Any) -> dict[str, str]:
    pages = states.get_paginator("list_state_machines").paginate()
    arns = [each["stateMachineArn"] for answer in pages for each in answer["stateMachines"]]
    return {arn: states.describe_state_machine(stateMachineArn=arn)["definition"] for arn in arns}


def _topics(sns: Any) -> dict[str, list[Answer]]:
    topics = [
        each["TopicArn"]
        for answer in sns.get_paginator("list_topics").paginate()
        for each in answer["Topics"]
    ]
    found: dict[str, list[Answer]] = {arn: [] for arn in topics}
    for answer in sns.get_paginator("list_subscriptions").paginate():
        for each in answer["Subscriptions"]:
            found.setdefault(each["TopicArn"], []).append(each)
    return found
