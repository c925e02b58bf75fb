"""Make of the saved cloud of a small lab that of a lab after four weeks.

What the small lab has done is multiplied in its state: executions with their histories, the streams
of its log groups with their lines, data points, and objects. So each of these is as the pipeline
makes it, and nothing has to be uploaded 5,000 times. Copies have names and contents of their own.
"""

import copy
import hashlib
import json
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

_ACCOUNT, _REGION = "000000000000", "ap-southeast-1"
_NAME = re.compile(r'"[^"]+:execution:ProcessCSVWorkflow:([^"]+)"')
_PIPELINE_OBJECT = re.compile(r"(processed|failed)/2.+")
_LARGE_BYTES = 20 << 20
_LINES_OF_A_STREAM = 200
"""A stream is a function's process, which lasts for an afternoon."""


@dataclass(frozen=True)
class FourWeeks:
    """How much a lab has after four weeks.

    Attributes:
        executions: That ended.
        log_events: In all log groups.
        object_bytes: Of all objects: those of the executions as large as they are, the rest in
            files of 20 MB.
    """

    executions: int = 5_000
    log_events: int = 100_000
    object_bytes: int = 2 << 30


class SavedCloud:
    """The automatic state of a lab that is stopped, changed in place.

    Args:
        folder: Where it is (`LAB_STATE_DIR`).
    """

    def __init__(self, folder: Path) -> None:
        self._file, self._contents = folder / "cloud.lab", folder / "objects"
        with zipfile.ZipFile(self._file) as packed:
            self._parts = {name: json.loads(packed.read(name)) for name in packed.namelist()}

    def grow(self, size: FourWeeks) -> None:
        """Multiply what is there, and write it.

        Raises:
            ValueError: The pattern has no execution that ended, or no log line.
        """
        times = self._grow_executions(size.executions)
        self._grow_log_events(size.log_events)
        self._grow_data_points(times)
        self._grow_objects(times, size.object_bytes)
        with zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for name, tree in self._parts.items():
                packed.writestr(name, json.dumps(tree, ensure_ascii=False))

    def _grow_executions(self, wanted: int) -> int:
        stores = self._parts["services/stepfunctions.json"]["stores"]["stepfunctions"]
        entries = stores["accounts"][_ACCOUNT]["regions"][_REGION]["attr_executions"]
        pages = [entry for entry in entries if isinstance(entry, dict)]
        if not pages:
            raise ValueError("the pattern has no page of executions that ended")
        written = {page["records"]["v"]: self._content(page["records"]["v"]) for page in pages}
        names = {digest: _NAME.findall(text.decode()) for digest, text in written.items()}
        in_a_page = len(set(names[pages[0]["records"]["v"]]))
        copies = wanted // in_a_page - len(pages)
        made = []
        for number, page in _numbered(pages, copies):
            made.append(copy.deepcopy(page))
            for part in made[-1].values():
                text = self._content(part["v"]).decode()
                for name in set(names[page["records"]["v"]]):
                    text = text.replace(name, f"{name}-{number}")
                part["v"] = self._keep(text.encode())
        entries[:0] = made  # full pages come first
        return max(1, (copies + len(pages)) // len(pages))

    def _grow_log_events(self, wanted: int) -> None:
        backend = self._parts["services/logs.json"]["backends"]["logs"][_ACCOUNT][_REGION]
        groups = [each["f"]["streams"] for each in backend["groups"].values()]
        patterns = [
            (streams, name, node, self._lines(node))
            for streams in groups
            for name, node in list(streams.items())
        ]
        patterns = [each for each in patterns if each[3]]
        if not patterns:
            raise ValueError("there is no log line")
        there = sum(len(lines) for *_, lines in patterns)
        for number, (streams, name, node, lines) in _numbered(patterns, 1 << 62):
            if there >= wanted:
                return
            made = copy.deepcopy({**node, "f": {**node["f"], "events": []}})
            made["f"]["log_stream_name"] = f"{name}-{number}"
            made["f"]["arn"] += f"-{number}"
            own = []
            for line in islice(cycle(lines), _LINES_OF_A_STREAM):
                there += 1
                own.append({**line, "f": {**line["f"], "event_id": there}})
            page = self._keep(json.dumps(own, ensure_ascii=False).encode())
            made["f"]["events"] = [{"$": "sealed", "v": page}]
            streams[f"{name}-{number}"] = made

    def _lines(self, stream: dict[str, Any]) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        for each in stream["f"]["events"]:
            sealed = each.get("$") == "sealed"
            lines += json.loads(self._content(each["v"])) if sealed else [each]
        return lines

    def _grow_data_points(self, times: int) -> None:
        for table in self._parts["metrics.json"].values():
            rows = [
                row for name in table["pages"] for row in json.loads(self._content(name))
            ] + table["rows"]
            many = islice(cycle(rows), len(rows) * times)
            table["pages"] = []
            table["rows"] = [[number, *row[1:]] for number, row in enumerate(many, 1)]

    def _grow_objects(self, times: int, wanted_bytes: int) -> None:
        account = self._parts["services/s3.json"]["stores"]["s3"]["accounts"][_ACCOUNT]
        chance = random.Random(1)  # noqa: S311 - the same contents each time
        index = self._parts["objects.json"]
        size = 0
        for bucket, key, *rest, digest in list(index):
            if rest != [None] * 3 or not _PIPELINE_OBJECT.fullmatch(key):
                continue
            objects = account["global"]["buckets"][bucket]["f"]["objects"]["f"]["_store"]
            pattern = (bucket, key)
            content = self._content(digest)
            for number in range(1, times):
                own = content + b"\n%d" % number
                size += len(own)
                self._add_object(objects, index, pattern, f"{key}-{number}", own)
        for number in range((wanted_bytes - size) // _LARGE_BYTES):
            own = chance.randbytes(_LARGE_BYTES)
            self._add_object(objects, index, pattern, f"large/{number}", own)

    def _add_object(
        self,
        objects: dict[str, Any],
        index: list[list[Any]],
        pattern: tuple[str, str],
        key: str,
        content: bytes,
    ) -> None:
        bucket, like = pattern
        made = copy.deepcopy(objects[like])
        made["f"] |= {"key": key, "size": len(content)}
        objects[key] = made
        index.append([bucket, key, None, None, None, self._keep(content)])

    def _content(self, digest: str) -> bytes:
        return (self._contents / digest).read_bytes()

    def _keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        (self._contents / digest).write_bytes(content)
        return digest


def _numbered[T](patterns: list[T], count: int) -> Iterator[tuple[int, T]]:
    """Yield patterns in turn, each with a number that makes its copy another one."""
    for number in range(max(0, count)):
        yield number, patterns[number % len(patterns)]
