"""Touch nothing that is as it should be; wait for grants, but not for ever."""

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from provision import propagation
from provision.changes import Changes
from provision.pipeline import GROUPS
from provision.propagation import once_granted
from provision.target import unless_missing

if TYPE_CHECKING:
    from collections.abc import Iterator


def refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propagation, "_PAUSE_S", 0)


def test_a_resource_as_it_should_be_is_left_alone() -> None:
    changes = Changes()
    changes.settle("queue", wanted={"a": 1}, actual={"a": 1}, apply=lambda: pytest.fail("touched"))
    assert str(changes) == "1 unchanged"


def test_what_is_missing_is_created_and_what_differs_is_updated_by_name() -> None:
    applied: list[str] = []
    changes = Changes()
    changes.settle("new", wanted=1, actual=None, apply=lambda: applied.append("new"))
    changes.settle("odd", wanted=1, actual=2, apply=lambda: applied.append("odd"))
    assert applied == ["new", "odd"]
    assert str(changes) == "1 created, 1 updated (odd)"


def test_a_change_that_fails_is_not_reported_as_done() -> None:
    changes = Changes()

    def fail() -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - the very one that was raised
        changes.settle("queue", wanted=1, actual=None, apply=fail)
    assert changes.outcomes == []


def test_only_the_named_errors_mean_that_a_thing_is_missing() -> None:
    def read() -> int:
        raise refusal("AccessDenied", "no")

    assert unless_missing(lambda: 1, "NotFound") == 1
    with pytest.raises(ClientError):
        unless_missing(read, "NotFound")
    assert unless_missing(read, "AccessDenied") is None


def test_a_role_that_aws_does_not_know_everywhere_yet_is_waited_for() -> None:
    answers: Iterator[ClientError | str] = iter(
        [
            refusal(
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
            ),
            refusal(
                "AccessDeniedException",
                "Neither the global service principal states.amazonaws.com, nor the regional one "
                "is authorized to assume the provided role.",
            ),
            "created",
        ]
    )

    def create() -> str:
        answer = next(answers)
        if isinstance(answer, ClientError):
            raise answer
        return answer

    assert once_granted(create) == "created"


def test_another_error_is_not_waited_for() -> None:
    asked = []

    def create() -> str:
        asked.append(1)
        raise refusal("InvalidParameterValueException", "Uploaded file must be a non-empty zip")

    with pytest.raises(ClientError):
        once_granted(create)
    assert len(asked) == 1


def test_a_grant_that_never_comes_is_given_up() -> None:
    def create() -> str:
        raise refusal("InvalidParameterValueException", "The role cannot be assumed")

    with pytest.raises(ClientError):
        once_granted(create, patience_s=0)


def test_every_group_needs_only_groups_that_exist_and_triggers_come_last() -> None:
    names = {group.name for group in GROUPS}
    needed = {need for group in GROUPS for need in group.needs}
    assert needed <= names
    assert GROUPS[-1].name == "triggers"
    assert "triggers" not in needed
