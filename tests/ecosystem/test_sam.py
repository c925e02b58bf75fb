"""AWS SAM CLI from PyPI: a function with its queue deployed, invoked and deleted."""

from pathlib import Path

import pytest

from lab.locked_environment import LockedEnvironment
from tests.ecosystem.greeter_stack import FUNCTION_CODE, empty, is_gone, kept_text, outputs_of
from tests.ecosystem.installing import INSTALLED
from tests.ecosystem.workplace import Workplace, arn

pytestmark = [pytest.mark.ecosystem, pytest.mark.timeout(900)]

ENVIRONMENT = LockedEnvironment("SAM CLI", INSTALLED / "sam", locks=("ecosystem-sam",))
STACK, OF_SAM_ITSELF = "sam-greeter", "aws-sam-cli-managed-default"


@pytest.fixture(scope="module")
def sam() -> Path:
    """The program."""
    return ENVIRONMENT.make().with_name("sam")


def test_a_function_with_its_queue_is_deployed_invoked_and_deleted(
    sam: Path, workplace: Workplace
) -> None:
    workplace.environment |= {"SAM_CLI_TELEMETRY": "0"}
    workplace.take(Path(__file__).parent / "sam" / "template.yaml", FUNCTION_CODE)
    for stack in (STACK, f"{STACK}-*", OF_SAM_ITSELF):
        workplace.may("cloudformation:*", arn("cloudformation", f"stack/{stack}/*"))
    workplace.may("cloudformation:GetTemplateSummary", "*")
    workplace.may("s3:*", f"arn:aws:s3:::{OF_SAM_ITSELF}-*")
    workplace.may(["lambda:InvokeFunction", "lambda:Get*"], arn("lambda", f"function:{STACK}-*"))

    workplace.run(
        *(sam, "deploy", "--stack-name", STACK, "--resolve-s3", "--no-confirm-changeset"),
        *("--capabilities", "CAPABILITY_IAM", "--no-progressbar"),
    )
    outputs = outputs_of(workplace, STACK)
    assert kept_text(workplace, outputs["Queue"], outputs["Bucket"], "ก") == "ก"
    event = '{"name": "SAM"}'
    invoke = ("remote", "invoke", "Greeter", "--stack-name", STACK, "--event", event)
    assert "hello, SAM" in workplace.run(sam, *invoke)

    empty(workplace, outputs["Bucket"])
    workplace.run(sam, "delete", "--stack-name", STACK, "--no-prompts")
    assert is_gone(workplace, STACK)
