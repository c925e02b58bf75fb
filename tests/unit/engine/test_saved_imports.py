"""What saves time at the start changes nothing that anybody sees."""

import gc
import gzip
import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore
import pytest
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session
from werkzeug.routing import Map, Rule

from lab_engine.runtime import (
    garbage,
    region_lists,
    service_models,
    unneeded_modules,
    url_rules,
)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A package of which only a submodule is wanted at first."""
    folder = tmp_path / "lateness"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from .models import backends\ndef double(number):\n    return number * 2\n"
    )
    (folder / "models.py").write_text("backends = ['costly']\n")
    (folder / "words.py").write_text("WORD = 'cheap'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(unneeded_modules, "LATE", {"lateness": ("double",)})
    monkeypatch.setattr(sys, "meta_path", [unneeded_modules._Finder(), *sys.meta_path])
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return "lateness"


def test_a_submodule_is_imported_without_its_package(package: str) -> None:
    assert importlib.import_module(f"{package}.words").WORD == "cheap"
    assert f"{package}.models" not in sys.modules


def test_a_package_is_there_as_soon_as_somebody_asks_for_a_name_in_it(package: str) -> None:
    late = importlib.import_module(package)
    assert late.backends == ["costly"]
    assert late.models.backends is late.backends
    with pytest.raises(AttributeError, match="nothing"):
        _ = late.nothing


def test_a_function_imported_by_name_runs_its_module_when_it_is_called(package: str) -> None:
    double = importlib.import_module(package).double
    assert f"{package}.models" not in sys.modules
    assert double(number=21) == 42
    assert f"{package}.models" in sys.modules
    assert importlib.import_module(package).double(2) == 4


def test_every_late_module_is_one_of_localstack_or_moto_with_these_functions() -> None:
    for name, functions in unneeded_modules.LATE.items():
        found = importlib.util.find_spec(name.rpartition(".")[0])
        assert found is not None, name
        assert found.submodule_search_locations
        path = Path(found.submodule_search_locations[0], name.rpartition(".")[2])
        source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path
        text = source.read_text("utf-8") if source.is_file() else ""
        for function in functions:
            assert f"def {function}(" in text


def test_an_address_is_built_as_ever_and_its_builder_compiled_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[bool] = []
    original = Rule._compile_builder

    def compile_builder(rule: Rule, with_rest: bool = True) -> Any:
        compiled.append(with_rest)
        return original(rule, with_rest)

    monkeypatch.setattr(
        Rule,
        "_compile_builder",
        lambda rule, with_rest=True: url_rules.compile_later(compile_builder, rule, with_rest),
    )
    routes = Map([Rule("/queues/<name>/<int:number>", endpoint="queue")]).bind("localhost")
    assert routes.match("/queues/a/1") == ("queue", {"name": "a", "number": 1})
    assert compiled == []
    for _ in range(2):
        assert routes.build("queue", {"name": "a b", "number": 1}) == "/queues/a%20b/1"
        assert routes.build("queue", {"name": "a", "number": 1, "x": 2}) == "/queues/a/1?x=2"
    assert len(compiled) == 1


@pytest.mark.parametrize("service", ["s3", "lambda", "sqs"])
def test_a_description_is_read_without_its_documentation(service: str) -> None:
    data = Path(botocore.__file__).parent / "data" / service
    name = max(data.glob("*/service-2.json.gz"))
    with gzip.open(name) as file:
        whole = json.load(file)
    found = service_models.read(JSONFileLoader(), str(name), gzip.open)
    assert texts_in(found) == {""}
    assert texts_in(whole) - {""}
    assert without_texts(found) == without_texts(whole)


def test_a_member_that_is_called_documentation_stays(tmp_path: Path) -> None:
    file = tmp_path / "service-2.json"
    written = {"members": {"documentation": {"shape": "Text", "documentation": "long"}}}
    file.write_text(json.dumps(written), encoding="utf-8")
    found = service_models.read(JSONFileLoader(), str(file), open)
    assert found == {"members": {"documentation": {"shape": "Text", "documentation": ""}}}
    assert service_models.read(JSONFileLoader(), str(tmp_path / "none.json"), open) is None


def texts_in(found: Any) -> set[str]:
    """Every documentation in a description."""
    if isinstance(found, list):
        return {text for each in found for text in texts_in(each)}
    if not isinstance(found, dict):
        return set()
    own = {text for name, text in found.items() if is_text(name, text)}
    return own | {text for each in found.values() for text in texts_in(each)}


def without_texts(found: Any) -> Any:
    """The description without its documentation."""
    if isinstance(found, list):
        return [without_texts(each) for each in found]
    if not isinstance(found, dict):
        return found
    return {name: without_texts(each) for name, each in found.items() if not is_text(name, each)}


def is_text(name: str, value: Any) -> bool:
    return name == "documentation" and isinstance(value, str)


@pytest.mark.parametrize("service", ["s3", "stepfunctions", "cloudwatch", "iam", "unknown"])
@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_the_regions_of_a_service_are_those_of_boto(service: str, partition: str) -> None:
    known = region_lists.get_available_regions(Session(), service, partition)
    assert known == Session().get_available_regions(service, partition)


def test_a_description_is_corrected_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def load_data(self: Any, name: str) -> Any:
        read.append(name)
        return self._cache.setdefault(("load_data", name), {"shapes": {}})

    monkeypatch.setattr(Loader, "load_data", load_data)
    corrections = [{"op": "add", "path": "/shapes/Key", "value": {"type": "string"}}]
    loader = SimpleNamespace(_cache={}, patches={"s3": corrections})
    first = service_models.load_corrected(loader, "s3")
    assert first == {"shapes": {"Key": {"type": "string"}}}
    assert service_models.load_corrected(loader, "s3") is first
    assert service_models.load_corrected(loader, "sqs") == {"shapes": {}}


def test_garbage_is_looked_for_again_when_the_start_is_over() -> None:
    thresholds = gc.get_threshold()
    while_starting: list[bool] = []
    try:
        garbage.rest()
        garbage.set_aside_what_stands(lambda _: while_starting.append(gc.isenabled()), None)
        assert while_starting == [False]
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        gc.enable()
