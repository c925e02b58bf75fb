"""Serverless without an account (osls, the free continuation of version 3) with its plugin."""

from pathlib import Path

import pytest

from tests.ecosystem.greeter_stack import FUNCTION_CODE, empty, is_gone, kept_text, outputs_of
from tests.ecosystem.installing import NodePackages
from tests.ecosystem.workplace import Workplace, arn

pytestmark = [pytest.mark.ecosystem, pytest.mark.timeout(900)]

SOURCE = Path(__file__).parent / "serverless"
PACKAGES = NodePackages(SOURCE)
STACK = "sls-greeter-local"


def test_a_service_is_deployed_invoked_and_removed(workplace: Workplace) -> None:
    PACKAGES.install()
    workplace.take(SOURCE / "serverless.yml", FUNCTION_CODE)
    (workplace.folder / "node_modules").symlink_to(PACKAGES.modules)
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY"):  # it would use them for this machine, too
        del workplace.environment[proxy]
    workplace.environment |= {
        "LAB_PORT": str(workplace.localstack.port),
        "SLS_NOTIFICATIONS_MODE": "off",
        "SLS_TELEMETRY_DISABLED": "1",
    }
    serverless = PACKAGES.modules / ".bin" / "serverless"
    workplace.may("cloudformation:*", arn("cloudformation", f"stack/{STACK}/*"))
    workplace.may(["cloudformation:ValidateTemplate", "cloudformation:DescribeStacks"], "*")
    workplace.may("s3:*", f"arn:aws:s3:::{STACK}-*", "arn:aws:s3:::sls-greeter-*")
    workplace.may("lambda:*", arn("lambda", f"function:{STACK}-greeter*"))

    workplace.run(serverless, "deploy")
    outputs = outputs_of(workplace, STACK)
    assert kept_text(workplace, outputs["Queue"], outputs["Bucket"], "ก") == "ก"
    answer = workplace.run(serverless, "invoke", "-f", "greeter", "-d", '{"name": "Serverless"}')
    assert "hello, Serverless" in answer

    empty(workplace, outputs["Bucket"])
    workplace.run(serverless, "remove")
    assert is_gone(workplace, STACK)
