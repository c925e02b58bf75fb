from collections import Counter

import pytest

from bench import parts

LIBRARIES = "/venv/lib/python3.13/site-packages"
ENGINE = "/lab/engine/lab_engine"


def stack(*files: str, samples: int = 1) -> str:
    frames = [f"function (with a space) ({file}:{number})" for number, file in enumerate(files)]
    return f"{';'.join(frames)} {samples}"


THREAD = "/usr/lib/python3.13/threading.py"
WORKFLOW = f"{LIBRARIES}/localstack/services/stepfunctions/backend/execution_worker.py"
CLIENT = f"{LIBRARIES}/botocore/client.py"
PROVIDER = f"{LIBRARIES}/localstack/services/lambda_/provider.py"
JSON = "/usr/lib/python3.13/json/encoder.py"


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ((THREAD, WORKFLOW, CLIENT, PROVIDER), parts.INVOKE),
        ((THREAD, WORKFLOW, CLIENT), parts.CALLS),
        ((THREAD, WORKFLOW, JSON), parts.WORKFLOW),
        ((THREAD, f"{LIBRARIES}/localstack/aws/handlers/service.py"), parts.GATEWAY),
        ((THREAD, f"{LIBRARIES}/localstack/aws/connect.py"), parts.CALLS),
        ((THREAD, f"{ENGINE}/lambda_/runtime_api.py", JSON), parts.RUNTIME_API),
        ((THREAD, f"{ENGINE}/lambda_/executor.py"), parts.INVOKE),
        ((THREAD, JSON), parts.UNKNOWN),
    ],
)
def test_the_innermost_module_that_the_table_knows_decides(
    files: tuple[str, ...], part: str
) -> None:
    assert parts.count_by_part([stack(*files, samples=3)]) == Counter({part: 3})


def test_what_a_service_model_is_asked_for_counts_for_who_asks() -> None:
    parser = f"{LIBRARIES}/localstack/aws/protocol/parser.py"
    files = (THREAD, parser, f"{LIBRARIES}/botocore/model.py")
    assert parts.count_by_part([stack(*files)]) == Counter({parts.GATEWAY: 1})


def test_what_is_not_classified_is_told_by_its_innermost_file() -> None:
    lines = [stack(THREAD, JSON, samples=2), stack(THREAD, WORKFLOW)]
    assert parts.innermost_of_unknown(lines) == Counter({"python3.13/json/encoder.py": 2})


def test_a_stack_of_which_no_file_is_known_is_not_classified() -> None:
    assert parts.count_by_part(["process 12:python 4"]) == Counter({parts.UNKNOWN: 4})


def test_a_line_without_a_number_of_samples_is_refused() -> None:
    with pytest.raises(parts.NotRawError):
        parts.count_by_part(["py-spy> Error: no samples"])


def test_a_look_that_found_no_stack_is_known() -> None:
    assert not parts.is_readable(" 402")
    assert parts.is_readable(stack(THREAD))
