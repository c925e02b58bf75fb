"""Read signatures in the query string for all services; LocalStack does so for S3 only.

Source: IAM user guide, "Create a signed AWS API request", authentication by query parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext

_PARTS: Final = (
    ("Credential", "X-Amz-Credential"),
    ("SignedHeaders", "X-Amz-SignedHeaders"),
    ("Signature", "X-Amz-Signature"),
)


def move_into_header(
    original: Callable[..., None], self: Any, chain: Any, context: RequestContext, response: Any
) -> None:
    """Move a signature from the query string into the header, which other code reads."""
    original(self, chain, context, response)
    request = context.request
    if "X-Amz-Credential" not in request.args or request.headers.get("Authorization"):
        return
    parts = ", ".join(f"{name}={request.args.get(given, '')}" for name, given in _PARTS)
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 {parts}"
