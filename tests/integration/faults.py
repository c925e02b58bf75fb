"""Faults by AWS means: a function deployed so that it misbehaves for chosen files, and repaired.

The faulty deployment is the function's own code with one more module in front of it. Only events
that carry the token misbehave, so that other files pass meanwhile, and a repair deploys the
original code again, whatever the test did.
"""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.lab_under_test import LabUnderTest

_FAULTY_MODULE = '''
"""The function, misbehaving for events that carry a token."""
import json

from {package}.handler import lambda_handler as original

{fault}

def lambda_handler(event, context):
    if {token!r} in json.dumps(event):
        return misbehave(event, context)
    return original(event, context)
'''

CRASH = """
def misbehave(event, context):
    raise RuntimeError("the disk is on fire")
"""
"""Raises an error that no retry can cure."""

TOO_LARGE_A_STATE = """
def misbehave(event, context):
    return {**event, "rows": "x" * 300_000}
"""
"""Puts more into the state than Step Functions takes, as a function does that returns the rows."""


def refusal_of(operation: str, code: str) -> str:
    """Return a fault in which AWS refuses one API operation with this error code."""
    return f"""
from botocore.client import BaseClient
from botocore.exceptions import ClientError

def misbehave(event, context):
    call = BaseClient._make_api_call

    def refuse(self, operation, parameters):
        if operation == {operation!r}:
            raise ClientError({{"Error": {{"Code": {code!r}, "Message": "refused"}}}}, operation)
        return call(self, operation, parameters)

    BaseClient._make_api_call = refuse
    try:
        return original(event, context)
    finally:
        BaseClient._make_api_call = call
"""


@contextmanager
def faulty(lab: LabUnderTest, function_name: str, fault: str, *, token: str) -> Iterator[None]:
    """Deploy the function so that it misbehaves for events that carry the token; repair it after.

    Args:
        lab: The lab.
        function_name: Which function.
        fault: Python source that defines `misbehave(event, context)`; `original` is the handler.
        token: What an event must carry, for example part of a unique file name.
    """
    function = lab.settings.functions[function_name]
    sound = lab.code_of(function_name)
    module = _FAULTY_MODULE.format(package=function.package, fault=fault, token=token)
    try:
        deploy(lab, function_name, with_module(sound, "faulty.py", module))
        _set_handler(lab, function_name, "faulty.lambda_handler")
        yield
    finally:
        _set_handler(lab, function_name, function.handler)
        deploy(lab, function_name, sound)


def with_module(code: bytes, name: str, source: str) -> bytes:
    """Return a function's zip with one more module."""
    packed = io.BytesIO(code)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, source)
    return packed.getvalue()


def deploy(lab: LabUnderTest, function_name: str, code: bytes) -> None:
    """Give a function other code, and wait until that is in use."""
    client = lab.client("lambda")
    client.update_function_code(FunctionName=function_name, ZipFile=code)
    client.get_waiter("function_updated_v2").wait(
        FunctionName=function_name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def _set_handler(lab: LabUnderTest, function_name: str, handler: str) -> None:
    client = lab.client("lambda")
    client.update_function_configuration(FunctionName=function_name, Handler=handler)
    client.get_waiter("function_updated_v2").wait(
        FunctionName=function_name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
