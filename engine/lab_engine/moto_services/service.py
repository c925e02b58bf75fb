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
    return Service(
        name=name, skeleton=Skeleton(model, dict.fromkeys(model.operation_names, _answer))
    )


def _answer(context: RequestContext, _request: Any) -> Any:
    return call_moto(context)
