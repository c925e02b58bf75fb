"""Let the console make a role of its own."""

from course.sandbox import Sandbox
from course.solving import ensure_role
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Run the function as a role that may write logs only."""
    role = ensure_role(sandbox, Changes(), "csv-validator-role-a1b2c3d4", "lambda.amazonaws.com")
    sandbox.client("iam").attach_role_policy(
        RoleName="csv-validator-role-a1b2c3d4",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    )
    sandbox.client("lambda").update_function_configuration(FunctionName="csv-validator", Role=role)
