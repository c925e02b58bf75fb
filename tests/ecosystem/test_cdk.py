"""AWS CDK from npm with aws-cdk-local: bootstrapped, deployed, compared and destroyed."""

import json
from pathlib import Path

import pytest

from tests.ecosystem.greeter_stack import FUNCTION_CODE, empty, is_gone, kept_text, outputs_of
from tests.ecosystem.installing import NodePackages
from tests.ecosystem.workplace import ACCOUNT, Workplace
from tests.engine.conftest import REGION

pytestmark = [pytest.mark.ecosystem, pytest.mark.timeout(1200)]

STACK = "cdk-greeter"
SOURCE = Path(__file__).parent / "cdk"
PACKAGES = NodePackages(SOURCE)
SETTINGS = {
    # cdklocal drops whatever else begins with AWS_, and would be the account's root in us-east-1.
    "AWS_ENVAR_ALLOWLIST": "AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY,AWS_REGION,AWS_DEFAULT_REGION",
    "CDK_DEFAULT_ACCOUNT": ACCOUNT,
    "CDK_DEFAULT_REGION": REGION,
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "CDK_DISABLE_VERSION_CHECK": "1",
}


def test_who_may_only_assume_the_roles_of_cdk_deploys_compares_and_destroys(
    workplace: Workplace,
) -> None:
    """As CDK recommends: bootstrapped by an administrator, deployed by who has these roles."""
    PACKAGES.install()
    workplace.take(SOURCE / "app.js", SOURCE / "cdk.json", FUNCTION_CODE)
    (workplace.folder / "node_modules").symlink_to(PACKAGES.modules)
    workplace.environment |= SETTINGS | {"AWS_ENDPOINT_URL_S3": workplace.localstack.endpoint}
    cdk = PACKAGES.modules / ".bin" / "cdklocal"
    administrator = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    workplace.run(cdk, "bootstrap", f"aws://{ACCOUNT}/{REGION}", **administrator)
    workplace.may("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/cdk-*")
    workplace.run(cdk, "deploy", "--require-approval", "never", "--progress", "events")
    outputs = outputs_of(workplace, STACK)
    assert kept_text(workplace, outputs["Queue"], outputs["Bucket"], "ก") == "ก"
    answer = workplace.root("lambda").invoke(
        FunctionName=outputs["Function"], Payload=json.dumps({"name": "CDK"})
    )
    assert json.loads(answer["Payload"].read()) == "hello, CDK"

    assert "no differences" in workplace.run(cdk, "diff").lower()

    empty(workplace, outputs["Bucket"])
    workplace.run(cdk, "destroy", "--force")
    assert is_gone(workplace, STACK)
