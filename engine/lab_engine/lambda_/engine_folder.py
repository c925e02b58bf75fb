"""What all execution environments of this LocalStack share: a folder, an import path, a guard."""

import contextlib
import importlib.util
import os
import py_compile
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

from localstack import config

from lab_engine.lambda_ import bootstrap, guard, template
from lab_engine.lambda_.forking import TemplateClient

RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""What AWS's Python runtime has besides the standard library: boto3 and its dependencies."""

DISTRIBUTIONS = tuple(name.replace("dateutil", "python_dateutil") for name in RUNTIME_PACKAGES)
"""The same packages, as their metadata is named."""

INTERPRETER_OPTIONS = ("-s", "-S", "-P", "-u", "-X", "utf8")
"""No site-packages (-s, -S), not the script's folder (-P), unbuffered output as on AWS."""


def prepare() -> None:
    """Make the folder while LocalStack starts, so that the template is ready when needed."""
    if config.LAMBDA_RUNTIME_EXECUTOR == "process":
        engine_folder()


class EngineFolder:
    """A folder under LocalStack's temporary folder, watched over by a guard process."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="lambda-environments-"))
        self.runtime = self.path / "runtime"
        self.runtime.mkdir()
        link_runtime_packages(self.runtime)
        self.template = start_template(self.path, self.runtime)
        self._guard_lock = threading.Lock()
        self._guard = start_guard(self.path)

    def keep_guard(self) -> None:
        """Make sure that processes started from now on are killed with LocalStack."""
        with self._guard_lock:
            if self._guard.poll() is not None:
                self._guard = start_guard(self.path)


@cache
def engine_folder() -> EngineFolder:
    """Return the folder of this LocalStack; the first call makes it."""
    return EngineFolder()


def start_guard(folder: Path) -> "subprocess.Popen[bytes]":
    """Start the process that cleans up after LocalStack, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def start_template(folder: Path, runtime: Path) -> TemplateClient:
    """Start the process from which all functions' processes are forked."""
    # Compiled once: Python keeps no bytecode of a script, so each cold start would compile it.
    compiled = folder / "bootstrap.pyc"
    py_compile.compile(bootstrap.__file__, cfile=str(compiled), doraise=True)
    home = folder / "home"
    home.mkdir()
    return TemplateClient(
        [sys.executable, *INTERPRETER_OPTIONS, template.__file__, str(compiled)],
        {
            **interpreter_variables(runtime),
            "HOME": str(home),
            "LAMBDA_RUNTIME_DIR": str(runtime),  # so that the guard finds it and its forks
        },
        folder,
    )


def interpreter_variables(runtime: Path) -> dict[str, str]:
    """Return the environment variables that every function's interpreter needs.

    Args:
        runtime: The folder of AWS's packages.
    """
    variables = {
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "PYTHONPATH": str(runtime),
        # Python would set LC_CTYPE where the locale is missing; bootstrap.py removes this.
        "PYTHONCOERCECLOCALE": "0",
    }
    if library_path := os.environ.get("LD_LIBRARY_PATH"):  # Python may not start without it
        variables["LD_LIBRARY_PATH"] = library_path
    return variables


def link_runtime_packages(folder: Path) -> None:
    """Fill a folder with links to the packages of AWS's runtime, and to no others.

    Raises:
        ModuleNotFoundError: The engine's own interpreter lacks one of them.
    """
    for name in RUNTIME_PACKAGES:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            message = f"the engine's Python has no {name}, which AWS's runtime provides"
            raise ModuleNotFoundError(message)
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
        for metadata in source.parent.glob("*.dist-info"):
            if metadata.name.partition("-")[0] in DISTRIBUTIONS:
                with contextlib.suppress(FileExistsError):
                    (folder / metadata.name).symlink_to(metadata)
