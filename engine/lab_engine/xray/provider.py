"""X-Ray as LocalStack's service: four operations, over the traces that are kept."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.plugins import Service

from lab_engine.xray import documents, filters, summaries
from lab_engine.xray.documents import BadDocumentError
from lab_engine.xray.storage import TRACES, Trace

_MOST_TRACES: Final = 5
"""AWS's limit of one BatchGetTraces."""
_LONGEST_RANGE: Final = timedelta(hours=24)

_TIMES: Final[dict[str, Callable[[Trace], float]]] = {
    "TraceId": lambda trace: trace.created,
    "Event": lambda trace: trace.updated,
    "Service": lambda trace: trace.ended,
}
"""Which of a trace's times is compared, by TimeRangeType."""


def service() -> Service:
    """Return the service. An operation that is not here is answered as LocalStack does: 501."""
    model = load_service("xray")
    answers = {
        "BatchGetTraces": get_traces,
        "GetTraceSummaries": get_summaries,
        "PutTelemetryRecords": put_telemetry,
        "PutTraceSegments": put_segments,
    }
    return Service(name="xray", skeleton=Skeleton(model, answers))


def put_segments(context: RequestContext, request: Any) -> dict[str, Any]:
    """Keep segments, and name those that are not taken."""
    refused = []
    for text in request["TraceSegmentDocuments"]:
        try:
            for segment in documents.read(text):
                TRACES.put(context.account_id, context.region, segment)
        except BadDocumentError as bad:
            refused.append({"Id": bad.id, "ErrorCode": bad.code, "Message": bad.message})
    return {"UnprocessedTraceSegments": refused}


def put_telemetry(_context: RequestContext, _request: Any) -> dict[str, Any]:
    """Take what a daemon tells of itself; nobody can ask for it."""
    return {}


def get_summaries(context: RequestContext, request: Any) -> dict[str, Any]:
    """Return the summaries of the traces of a time that match a filter, the latest first."""
    first, last = _utc(request["StartTime"]), _utc(request["EndTime"])
    if first > last:
        raise _invalid("StartTime must be before EndTime")
    if last - first > _LONGEST_RANGE:
        raise _invalid("The time range must not be longer than 24 hours")
    matches = _filter(request.get("FilterExpression"))
    time_of = _TIMES[request.get("TimeRangeType") or "TraceId"]
    found, looked_at = [], 0
    for trace in TRACES.of(context.account_id, context.region):
        # The time in an id has whole seconds.
        if not first.timestamp() - 1 < time_of(trace) <= last.timestamp():
            continue
        looked_at += 1
        compiled = documents.compiled(trace.texts)
        if matches is None or matches(summaries.subject(compiled)):
            found.append(summaries.summary(trace, compiled, context.account_id))
    return {
        "TraceSummaries": found,
        "ApproximateTime": datetime.now(tz=UTC),
        "TracesProcessedCount": looked_at,
    }


def get_traces(context: RequestContext, request: Any) -> dict[str, Any]:
    """Return traces with all their segments."""
    ids = request["TraceIds"]
    if len(ids) > _MOST_TRACES:
        raise _invalid(f"Exceeding maximum query size: {_MOST_TRACES}")
    if request.get("NextToken"):
        raise _invalid("NextToken is currently not supported")
    found = {each: TRACES.get(context.account_id, context.region, each) for each in ids}
    return {
        "Traces": [_whole(trace) for trace in found.values() if trace],
        "UnprocessedTraceIds": [each for each, trace in found.items() if trace is None],
    }


def _whole(trace: Trace) -> dict[str, Any]:
    compiled = documents.compiled(trace.texts)
    return {
        "Id": trace.id,
        "Duration": summaries.duration(compiled),
        "LimitExceeded": trace.exceeded,
        "Segments": [
            {"Id": each["id"], "Document": json.dumps(each, ensure_ascii=False)}
            for each in compiled
        ],
    }


def _filter(expression: str | None) -> filters.Filter | None:
    if not expression or not expression.strip():
        return None
    try:
        return filters.parse(expression)
    except filters.FilterError as error:
        raise _invalid(f"Invalid filter expression: {error}") from error


def _invalid(message: str) -> CommonServiceException:
    return CommonServiceException("InvalidRequestException", message, sender_fault=True)


def _utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
