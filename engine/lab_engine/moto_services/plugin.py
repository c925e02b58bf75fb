"""The entry points by which LocalStack finds the services; each is loaded by its first request."""

from localstack.services.plugins import Service, aws_provider

from lab_engine.moto_services.names import PROVIDER


def _dynamodb() -> Service:
    return _service("dynamodb")


def _dynamodbstreams() -> Service:
    return _service("dynamodbstreams")


def _kinesis() -> Service:
    return _service("kinesis")


def _service(name: str) -> Service:
    from lab_engine.moto_services.service import answered_by_moto  # noqa: PLC0415 - imports moto

    return answered_by_moto(name)


dynamodb = aws_provider(api="dynamodb", name=PROVIDER)(_dynamodb)
dynamodbstreams = aws_provider(api="dynamodbstreams", name=PROVIDER)(_dynamodbstreams)
kinesis = aws_provider(api="kinesis", name=PROVIDER)(_kinesis)
