"""Role sessions by their access keys."""

from types import SimpleNamespace
from typing import Any

import pytest

from lab_engine.iam import principals, sessions
from lab_engine.iam.policy import Principal

ACCOUNT = "111111111111"


def session(key: str) -> SimpleNamespace:
    return SimpleNamespace(access_key_id=key)


def test_a_session_that_begins_while_others_are_read_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = [session("first")]
    store = SimpleNamespace(assumed_roles=begun)
    monkeypatch.setattr(principals, "sts_backends", {ACCOUNT: {"aws": store}})

    def of_role(each: Any) -> Principal:
        if each.access_key_id == "first":
            begun.append(session("meanwhile"))  # by another thread
        return Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/r/{each.access_key_id}", ACCOUNT)

    monkeypatch.setattr(sessions, "of_role", of_role)
    found = principals._Sessions()
    assert found.find(ACCOUNT, "first")
    assert found.find(ACCOUNT, "meanwhile")
    begun.clear()  # a reset
    begun.append(session("afterwards"))
    assert found.find(ACCOUNT, "afterwards")
