"""What the week 3 exercises add: their rights, their code, their definition."""

import io
import json
import zipfile

import pytest

from exercises.week3 import provisioning
from provision import policies
from provision.arns import Arns
from provision.settings import QUICK, Function, Profile, Settings

ACCOUNT = "123456789012"
ARNS = Arns("aws", ACCOUNT, Settings())
MIB = 1_048_576


def test_exercise_functions_may_read_uploads_and_write_their_log_and_nothing_else() -> None:
    for function in provisioning.FUNCTIONS:
        document = provisioning.function_policy(function, ARNS)
        work = [each for each in document["Statement"] if each["Sid"] != "WriteOwnLog"]
        granted = [(each["Action"], each["Resource"]) for each in work]
        uploads = ["arn:aws:s3:::pipeline-raw-student-0001/uploads/*"]
        expected = [] if function.name == "compare-totals" else [(["s3:GetObject"], uploads)]
        assert granted == expected
        assert function.log_group in document["Statement"][0]["Resource"][0]


def test_the_role_of_the_state_machine_covers_each_task_of_the_definition() -> None:
    policy = policies.state_machine_policy(ARNS, *provisioning.TASK_FUNCTIONS)
    definition = provisioning.TEMPLATE.fill_in(provisioning.placeholders(ARNS))
    for arn in policy["Statement"][0]["Resource"]:
        assert f'"{arn}"' in definition
    assert definition.count('"Type": "Task"') == len(provisioning.TASK_FUNCTIONS)


@pytest.mark.parametrize(("profile", "seconds"), [(Settings().profile, 30), (QUICK, 3)])
def test_34_only_above_1_mib_the_file_waits_the_workshops_30_seconds(
    profile: Profile, seconds: int
) -> None:
    arns = Arns("aws", ACCOUNT, Settings(profile=profile))
    definition = provisioning.TEMPLATE.fill_in(provisioning.placeholders(arns))
    states = json.loads(definition)["States"]
    assert states["IsTheFileLarge"]["Choices"] == [
        {
            "Variable": "$.checks.file_size_bytes",
            "NumericGreaterThan": MIB,
            "Next": "WaitBeforeTransform",
        }
    ]
    assert states["WaitBeforeTransform"]["Seconds"] == seconds
    assert states["WaitBeforeTransform"]["Next"] == "TransformData"


@pytest.mark.parametrize("function", provisioning.FUNCTIONS, ids=lambda each: each.name)
def test_a_functions_zip_holds_its_code_the_shared_packages_and_nothing_else(
    function: Function,
) -> None:
    with zipfile.ZipFile(io.BytesIO(provisioning.code(function))) as archive:
        names = archive.namelist()
    assert f"{function.package}/handler.py" in names
    assert {name.split("/")[0] for name in names} == {
        function.package,
        "pipeline",
        "product_sales",
    }
