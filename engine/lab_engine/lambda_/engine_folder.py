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
from lab_engine.lambda_.forking import Template

RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""What AWS's Python runtime has beside the standard library: boto3 and what it stands on."""

DISTRIBUTIONS = tuple(name.replace("dateutil", "python_dateutil") for name in RUNTIME_PACKAGES)
"""The same, as their metadata is named."""


INTERPRETER_OPTIONS = ("-s", "-S", "-P", "-u", "-X", "utf8")
"""No site-packages (-s, -S), no folder of the script's own (-P), unbuffered output as on AWS."""


def prepare() -> None:
    """Make the folder while LocalStack starts, so that the template is ready when it is needed."""
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
        """See that what is started from now on is killed with LocalStack."""
        with self._guard_lock:
            if self._guard.poll() is not None:
                self._guard = start_guard(self.path)


@cache
def engine_folder() -> EngineFolder:
    """The one folder of this LocalStack, made when first asked for."""
    return EngineFolder()


def start_guard(folder: Path) -> "subprocess.Popen[bytes]":
    """Starts the process that cleans up after LocalStack, in a session that signals miss."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def start_template(folder: Path, runtime: Path) -> Template:
    """Starts the process that all functions' processes are forked off."""
    # Compiled once: Python keeps no bytecode of a script, so each cold start would compile it.
    compiled = folder / "bootstrap.pyc"
    py_compile.compile(bootstrap.__file__, cfile=str(compiled), doraise=True)
    home = folder / "home"
    home.mkdir()
    return Template(
        [sys.executable, *INTERPRETER_OPTIONS, template.__file__, str(compiled)],
        {
            **interpreter_variables(runtime),
            "HOME": str(home),
            "LAMBDA_RUNTIME_DIR": str(runtime),  # so the guard finds it, as it does what it forks
        },
        folder,
    )


def interpreter_variables(runtime: Path) -> dict[str, str]:
    """What the interpreter of every function is started with.

    Args:
        runtime: the folder of the packages it shall find.
    """
    variables = {
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "PYTHONPATH": str(runtime),
        # Python would set LC_CTYPE where the locale is missing; bootstrap.py removes this.
        "PYTHONCOERCECLOCALE": "0",
    }
    if library_path := os.environ.get("LD_LIBRARY_PATH"):  # it may not start without
        variables["LD_LIBRARY_PATH"] = library_path
    return variables


def link_runtime_packages(folder: Path) -> None:
    """Fills a folder with links to boto3's packages and to nothing else.

    Raises:
        ModuleNotFoundError: when the engine's own interpreter lacks one.
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
