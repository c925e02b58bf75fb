"""Each service refuses with its own code, which its protocol decides for most."""

import pytest

from lab_engine.iam import denials
from lab_engine.iam.evaluator import Decision, Reason
from lab_engine.iam.policy import Principal, Request

USER = "arn:aws:iam::000000000000:user/u"


@pytest.mark.parametrize(
    ("service", "code", "status", "of_an_unknown_key"),
    [
        ("cloudformation", "AccessDenied", 403, "InvalidClientTokenId"),
        ("cloudwatch", "AccessDenied", 403, "InvalidClientTokenId"),
        ("dynamodb", "AccessDeniedException", 400, "UnrecognizedClientException"),
        ("ecr", "AccessDeniedException", 400, "UnrecognizedClientException"),
        ("iam", "AccessDenied", 403, "InvalidClientTokenId"),
        ("lambda", "AccessDeniedException", 403, "UnrecognizedClientException"),
        ("s3", "AccessDenied", 403, "InvalidAccessKeyId"),
        ("sns", "AuthorizationError", 403, "InvalidClientTokenId"),
        ("sqs", "AccessDenied", 403, "InvalidClientTokenId"),
        ("ssm", "AccessDeniedException", 400, "UnrecognizedClientException"),
        ("stepfunctions", "AccessDeniedException", 400, "UnrecognizedClientException"),
    ],
)
def test_a_service_refuses_with_its_own_code(
    service: str, code: str, status: int, of_an_unknown_key: str
) -> None:
    request = Request(Principal(USER, "000000000000"), f"{service}:Do", "*", {})
    refusal = denials.denied(
        service, request, Decision(allowed=False, reason=Reason.NO_IDENTITY_ALLOWS)
    )
    assert (refusal.code, refusal.status_code) == (code, status)
    assert denials.unknown_key(service).code == of_an_unknown_key
