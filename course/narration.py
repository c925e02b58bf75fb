"""AWS calls as the command that makes them: what `course solve` says while it works."""

import json
import shlex
from typing import Any, Final

from botocore import xform_name

from course.sandbox import Call
from course.switches import LAB

_CLI_NAMES: Final = {"s3": "s3api"}
_LONGEST: Final = 160


def as_command(call: Call) -> str:
    """Return the `aws` command that makes a call, or the lab's own; long values are cut."""
    if call.service == LAB:
        return f"scripts/lab {call.operation}"
    words = ["aws", _CLI_NAMES.get(call.service, call.service), xform_name(call.operation, "-")]
    for name, value in call.parameters.items():
        if name == "Code" and "ZipFile" in value:
            words += ["--zip-file", "fileb://code.zip"]
        else:
            words += [f"--{xform_name(name, '-')}", _as_argument(name, value)]
    return " ".join(words)


def _as_argument(name: str, value: Any) -> str:
    if isinstance(value, bytes | bytearray) or hasattr(value, "read"):
        return "fileb://code.zip" if name == "ZipFile" else "file"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return shlex.quote(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")
