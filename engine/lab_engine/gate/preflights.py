"""Which refused requests are preflights that S3 answers by its buckets' CORS rules.

Such an answer has no effect but its own: LocalStack's handler of CORS for S3 ends every OPTIONS
request that is for S3, before any service or page sees it. So the rules of a bucket can be tried
out from anywhere, as on AWS.
"""

from types import SimpleNamespace

from localstack import config
from localstack.aws import handlers
from localstack.services.s3.cors import S3CorsHandler


def is_answered_by_s3(method: str, uri: str, host: str) -> bool:
    """Tell whether S3 itself answers a request, as a preflight.

    The handler that will answer is asked, so that nothing passes that it would leave to others.

    Args:
        method: Such as `OPTIONS`.
        uri: Path and query as they were sent.
        host: The request's Host.
    """
    if method != "OPTIONS" or config.DISABLE_CUSTOM_CORS_S3 or not uri.startswith("/"):
        return False
    # It is there as soon as S3 was used once.
    chain = handlers.preprocess_request.handlers
    handler = next((each for each in chain if isinstance(each, S3CorsHandler)), None)
    if handler is None:
        return False
    request = SimpleNamespace(path=uri.partition("?")[0], host=host)
    is_for_s3, _ = handler.pre_parse_s3_request(request)
    return bool(is_for_s3)
