"""A service of LocalStack whose every operation moto answers."""

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto
from localstack.services.plugins import Service


def answered_by_moto(name: str) -> Service:
    """Return the service; moto keeps its state by account and region, as LocalStack does."""
    model = load_service(name)
    answers = dict.fromkeys(model.operation_names, _answer)
    if name == "dynamodbstreams":
        answers["GetRecords"] = _answer_records_of_a_table
    return Service(name=name, skeleton=Skeleton(model, answers))


def _answer(context: RequestContext, _request: Any) -> Any:
    return call_moto(context)


def _answer_records_of_a_table(context: RequestContext, _request: Any) -> Any:
    """Leave out the image that a record does not have; moto's is empty (API: StreamRecord)."""
    answer = call_moto(context)
    for record in answer["Records"]:
        change = record["dynamodb"]
        for image in ("OldImage", "NewImage"):
            if not change.get(image):
                change.pop(image, None)
    return answer
