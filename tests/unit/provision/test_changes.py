"""Touch nothing that is as it should be; wait for grants, but not for ever."""

import io
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from provision import propagation
from provision.changes import Changes, Settled, fingerprint
from provision.pipeline import GROUPS
from provision.propagation import once_granted
from provision.record import Record, plan_of
from provision.settings import Settings
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from collections.abc import Iterator


def refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propagation, "_PAUSE_SECONDS", 0)


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
    assert changes.settled == []


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
        once_granted(create, patience_seconds=0)


def test_every_group_needs_only_groups_that_exist_and_triggers_come_last() -> None:
    names = {group.name for group in GROUPS}
    needed = {need for group in GROUPS for need in group.needs}
    assert needed <= names
    assert GROUPS[-1].name == "triggers"
    assert "triggers" not in needed


def test_a_plan_touches_nothing_and_says_what_differs() -> None:
    plan = Changes(planning=True)
    plan.settle("new", wanted={"a": 1}, actual=None, apply=lambda: pytest.fail("touched"))
    plan.settle(
        "odd",
        wanted={"a": 1, "long": "x" * 50, "same": 3},
        actual={"a": 2, "long": "y", "same": 3},
        apply=lambda: pytest.fail("touched"),
    )
    assert str(plan) == "1 created, 1 updated (odd)"
    told = ("a: 2 → 1", f'long: "y" → "{"x" * 38}…')
    assert [each.differences for each in plan.settled] == [(), told]


def test_equal_settings_have_one_fingerprint_whatever_their_types() -> None:
    assert fingerprint({"b": 1, "a": (1, 2.0)}) == fingerprint({"a": [1.0, 2], "b": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": True})
    assert fingerprint(None) != fingerprint("")


class FakeS3:
    """Holds one object."""

    def __init__(self, body: bytes | None = None) -> None:
        self.body = body
        self.puts = 0

    def get_object(self, **_: str) -> dict[str, io.BytesIO]:
        if self.body is None:
            raise refusal("NoSuchKey", "no")
        return {"Body": io.BytesIO(self.body)}

    def put_object(self, **asked: Any) -> None:
        self.puts += 1
        self.body = asked["Body"]


def record_in(s3: FakeS3) -> Record:
    target = Target(Settings())
    target._clients["s3"] = s3
    return Record(target)


def settled(actual: Any, wanted: Any) -> Settled:
    changes = Changes()
    changes.settle("queue", wanted=wanted, actual=actual, apply=lambda: None)
    return changes.settled[0]


def test_what_was_made_last_time_is_told_from_what_was_changed_by_hand_since() -> None:
    s3 = FakeS3()
    record_in(s3).keep([settled(None, {"visibility": 70})])

    edited = settled({"visibility": 70}, {"visibility": 60})
    changed_by_hand = settled({"visibility": 43}, {"visibility": 60})

    assert record_in(s3).is_own(edited)
    assert not record_in(s3).is_own(changed_by_hand)
    plan = plan_of([edited, changed_by_hand, settled(None, 1), settled(1, 1)], record_in(s3))
    assert {kind: plan[kind] and len(plan[kind]) for kind in ("create", "update", "replace")} == {
        "create": 1,
        "update": 1,
        "replace": 1,
    }
    assert plan["unchanged"] == 1


def test_the_record_is_written_only_when_it_says_something_new() -> None:
    s3 = FakeS3()
    for _ in range(2):
        record_in(s3).keep([settled(None, {"visibility": 70})])
    assert s3.puts == 1


@pytest.mark.parametrize("body", [None, b"", b"no json", b"[1]"])
def test_without_a_record_nothing_is_taken_for_the_provisioner_s_own(body: bytes | None) -> None:
    assert not record_in(FakeS3(body)).is_own(settled(1, 2))
