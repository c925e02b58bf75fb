"""The entry point by which LocalStack finds X-Ray, which is loaded by its first request."""

from localstack.services.plugins import Service, aws_provider


def _xray() -> Service:
    from lab_engine.xray.provider import service  # noqa: PLC0415 - only where it is used

    return service()


xray = aws_provider(api="xray")(_xray)
