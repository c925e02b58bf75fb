"""Copy the workshop's bucket name and leave its placeholder in."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Let csv-validator send jobs for somebody else's bucket."""
    client = sandbox.client("lambda")
    found = client.get_function_configuration(FunctionName="csv-validator")
    variables = found["Environment"]["Variables"]
    client.update_function_configuration(
        FunctionName="csv-validator",
        Environment={
            "Variables": {**variables, "PROCESSED_BUCKET": "pipeline-processed-yourname-0001"}
        },
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="csv-validator")
