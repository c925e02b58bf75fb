"""What the week 3 exercises add to a pipeline, made with the provisioner's own steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from provision import functions, iam, logs, policies, workflow
from provision.archive import function_zip
from provision.settings import (
    PARSE_CSV,
    TRANSFORM_DATA,
    VALIDATE_SCHEMA,
    WORKSHOP,
    Function,
    Settings,
)
from provision.sources import SHARED_PACKAGE

if TYPE_CHECKING:
    from provision.arns import Arns
    from provision.changes import Changes
    from provision.policies import Document
    from provision.target import Target

STATE_MACHINE: Final = "ProcessCSVWithExercises"
STATE_MACHINE_ROLE: Final = "pipeline-exercises-stepfunctions-role"

CHECK_FILE_SIZE: Final = Function("check-file-size", timeout_seconds=25, memory_mb=128)
LIST_PRODUCTS: Final = Function("list-products", timeout_seconds=110, memory_mb=256)
SUMMARISE_PRODUCT: Final = Function("summarise-product", timeout_seconds=110, memory_mb=256)
COMPARE_TOTALS: Final = Function("compare-totals", timeout_seconds=25, memory_mb=128)
FUNCTIONS: Final = (CHECK_FILE_SIZE, LIST_PRODUCTS, SUMMARISE_PRODUCT, COMPARE_TOTALS)
TASK_FUNCTIONS: Final = (
    PARSE_CSV,
    VALIDATE_SCHEMA,
    TRANSFORM_DATA,
    *(function.name for function in FUNCTIONS),
)

_HERE: Final = Path(__file__).resolve().parent
_LAMBDAS: Final = _HERE / "lambdas"
TEMPLATE: Final = workflow.DefinitionTemplate(_HERE / f"{STATE_MACHINE}.asl.json")
_WORKSHOP_WAIT_SECONDS: Final = 30
_QUICK_WAIT_SECONDS: Final = 3


def ensure_exercises(target: Target, changes: Changes) -> None:
    """Afterwards the exercises' state machine and its four functions are ready to run."""
    _ensure_roles(target, changes)
    logs.ensure_groups(target, changes, *(function.log_group for function in FUNCTIONS))
    for function in FUNCTIONS:
        functions.ensure_function(target, changes, function, code(function), {})
    if not changes.planning:
        functions.wait_until_active(target, *FUNCTIONS)
    workflow.ensure_definition(
        target, changes, STATE_MACHINE, TEMPLATE, placeholders(target.arns), STATE_MACHINE_ROLE
    )


def code(function: Function) -> bytes:
    """Return the zip of an exercise function: its own package and the shared ones."""
    return function_zip(_LAMBDAS / function.package, _LAMBDAS / "product_sales", SHARED_PACKAGE)


def placeholders(arns: Arns) -> dict[str, str]:
    """Return the values of the definition's placeholders."""
    exercise_arns = {
        "CheckFileSizeArn": arns.function(CHECK_FILE_SIZE.name),
        "ListProductsArn": arns.function(LIST_PRODUCTS.name),
        "SummariseProductArn": arns.function(SUMMARISE_PRODUCT.name),
        "CompareTotalsArn": arns.function(COMPARE_TOTALS.name),
    }
    wait = {"WaitSeconds": str(wait_seconds(arns.settings))}
    return workflow.task_arns(arns) | exercise_arns | wait


def wait_seconds(settings: Settings) -> int:
    """How long a large file waits: the workshop's 30 s, or less where tests are to be quick."""
    return _WORKSHOP_WAIT_SECONDS if settings.profile == WORKSHOP else _QUICK_WAIT_SECONDS


def function_policy(function: Function, arns: Arns) -> Document:
    """Return the policy of an exercise function's role: write its log and read uploads."""
    write_log = policies.write_own_log(function, arns)
    if function == COMPARE_TOTALS:
        return policies.document(write_log)
    uploads = arns.objects(arns.settings.raw_bucket, arns.settings.uploads_prefix)
    # HeadObject, too, is allowed by s3:GetObject; there is no action s3:HeadObject.
    return policies.document(write_log, policies.allow("ReadUploads", ["s3:GetObject"], uploads))


def _ensure_roles(target: Target, changes: Changes) -> None:
    arns = target.arns
    for function in FUNCTIONS:
        iam.ensure_role(
            target,
            changes,
            function.role_name,
            trust=policies.function_trust(),
            policy=function_policy(function, arns),
        )
    iam.ensure_role(
        target,
        changes,
        STATE_MACHINE_ROLE,
        trust=policies.state_machine_trust(arns, STATE_MACHINE),
        policy=policies.state_machine_policy(arns, *TASK_FUNCTIONS),
    )
