"""Files that a stranger might hand out as a state: each is a good one with one thing wrong."""

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

Entries = dict[str, bytes]
Change = Callable[[Entries], bytes]

S3, LAMBDA, SQS, STATES = (
    f"services/{name}.json" for name in ("s3", "lambda", "sqs", "stepfunctions")
)
LOGS, PLUGIN, OBJECTS, METRICS = "services/logs.json", "plugin.json", "objects.json", "metrics.json"
LAMBDA_MODELS = "localstack.services.lambda_.invocation.lambda_models"
ROW = [1, "000000000000", "ap-southeast-1", "m", "Mine", 1795726726, None, None, None, 5.0]
OUTSIDE = "../../../../../../../../../../../tmp/lab-hostile"


def packed(entries: Entries, edit: Callable[[zipfile.ZipFile], None] = lambda _: None) -> bytes:
    """A zip of these entries; `edit` may falsify its directory before that is written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, content in entries.items():
            file.writestr(name, content)
        edit(file)
    return buffer.getvalue()


def unpacked(file: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(file)) as packed_file:
        return {name: packed_file.read(name) for name in packed_file.namelist()}


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in a tree."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


def instance(tree: Any, name: str) -> dict[str, Any]:
    """The first instance of a class, by the end of the class's name."""
    return next(node for node in nodes(tree) if str(node.get("$", "")).endswith(f":{name}"))


def tree_of(part: str, change: Callable[[Any], object]) -> Change:
    """A file in which the JSON of one part is changed."""

    def make(entries: Entries) -> bytes:
        tree = json.loads(entries[part])
        change(tree)
        return packed({**entries, part: json.dumps(tree).encode()})

    return make


def with_entry(name: str, content: bytes = b"x") -> Change:
    return lambda entries: packed({**entries, name: content})


def without(name: str) -> Change:
    return lambda entries: packed({k: v for k, v in entries.items() if k != name})


def fields_of(name: str, part: str, /, **fields: Any) -> Change:
    """A file in which an instance of a class has other fields."""
    return tree_of(part, lambda tree: instance(tree, name)["f"].update(fields))


def _renamed_bucket(new: str) -> Change:
    def change(tree: Any) -> None:
        bucket = instance(tree, "S3Bucket")
        old = bucket["f"]["name"]
        bucket["f"]["name"] = new
        for node in nodes(tree):
            if isinstance(each := node.get(old), dict) and each is bucket:
                node[new] = node.pop(old)
                return

    return tree_of(S3, change)


def _renamed_upload(new: str) -> Change:
    def change(tree: Any) -> None:
        upload = instance(tree, "S3Multipart")
        old, upload["f"]["id"] = upload["f"]["id"], new
        holder = next(node for node in nodes(tree) if node.get(old) is upload)
        holder[new] = holder.pop(old)

    return tree_of(S3, change)


def _renamed_function(new: str) -> Change:
    def change(tree: Any) -> None:
        function = instance(tree, "Function")
        old, function["f"]["function_name"] = function["f"]["function_name"], new
        holder = next(node for node in nodes(tree) if node.get(old) is function)
        holder[new] = holder.pop(old)

    return tree_of(LAMBDA, change)


def _place(store: str, level: str, name: str) -> Callable[[Any], object]:
    def change(tree: Any) -> None:
        accounts = tree["stores"][store]["accounts"]
        if level == "account":
            accounts[name] = next(iter(accounts.values()))
        else:
            regions = next(iter(accounts.values()))["regions"]
            regions[name] = {}

    return change


def _twice(entries: Entries) -> bytes:
    def edit(file: zipfile.ZipFile) -> None:
        with warnings.catch_warnings(action="ignore"):
            file.writestr(PLUGIN, b"{}")

    return packed(entries, edit)


def _claims(name: str, **attributes: int) -> Change:
    """A zip whose directory says something else of an entry."""

    def edit(file: zipfile.ZipFile) -> None:
        for attribute, value in attributes.items():
            setattr(file.getinfo(name), attribute, value)

    return lambda entries: packed(entries, edit)


def _first_content(entries: Entries) -> str:
    return next(name for name in entries if name.startswith("objects/"))


def _damaged_content(entries: Entries) -> bytes:
    return packed({**entries, _first_content(entries): b"something else"})


def _garbled(file: bytes, entries: Entries) -> bytes:
    """A zip in which what is packed of a content begins with a block of no kind."""
    with zipfile.ZipFile(io.BytesIO(file)) as packed_file:
        content = packed_file.getinfo(_first_content(entries))
    begin = content.header_offset + 30 + len(content.filename)
    return file[:begin] + b"\xff" * 4 + file[begin + 4 :]


def _missing_content(entries: Entries) -> bytes:
    return without(_first_content(entries))(entries)


def _metrics(table: str, **written: Any) -> Change:
    tables = {table: {"pages": [], "rows": [], **written}}
    return with_entry(METRICS, json.dumps(tables).encode())


def _sealed(content: bytes) -> dict[str, str]:
    return {"$": "sealed", "v": hashlib.sha256(content).hexdigest()}


def _in_a_page(part: str, content: bytes, change: Callable[[Any, Any], object]) -> Change:
    """A file in which one part refers to a page with this content."""

    def make(entries: Entries) -> bytes:
        page = _sealed(content)
        with_page = {**entries, f"objects/{page['v']}": content}
        return tree_of(part, lambda tree: change(tree, page))(with_page)

    return make


def _first_queue(tree: Any) -> dict[str, Any]:
    regions = next(iter(tree["stores"]["sqs"]["accounts"].values()))["regions"]
    return next(r["attr_queues"] for r in regions.values() if r.get("attr_queues"))


def _executions(tree: Any, value: Any) -> None:
    accounts = tree["stores"]["stepfunctions"]["accounts"]
    regions = accounts.setdefault("000000000000", {"global": {}, "regions": {}})["regions"]
    regions.setdefault("ap-southeast-1", {})["attr_executions"] = {"arn": value}


HOSTILE: dict[str, Change] = {
    "empty": lambda _: b"",
    "no zip": lambda _: b"PK\x03\x04 but nothing else",
    "a script": lambda _: b"#!/bin/sh\ntouch /tmp/lab-hostile\n",
    "cut off": lambda entries: packed(entries)[:-200],
    "only its first half": lambda entries: packed(entries)[: len(packed(entries)) // 2],
    "bytes overwritten": lambda entries: (
        (whole := packed(entries))[:200] + b"\0" * 400 + whole[600:]
    ),
    "a content that does not unpack": lambda entries: _garbled(packed(entries), entries),
    "another zip": lambda _: packed({"readme.txt": b"hello"}),
    "a manifest that is no JSON": with_entry("manifest.json", b"hello"),
    "a manifest that is a list": with_entry("manifest.json", b"[]"),
    "a manifest of another kind": with_entry("manifest.json", b'{"version": 3}'),
    "a later format": tree_of("manifest.json", lambda tree: tree.update(format=99)),
    "another LocalStack": tree_of("manifest.json", lambda tree: tree.update(localstack="4.13.0")),
    "a version that is a text with line ends": tree_of(
        "manifest.json", lambda tree: tree.update(localstack="4\n5\x1b[31m")
    ),
    "no S3": without(S3),
    "no plugin part": without(PLUGIN),
    "no metrics": without(METRICS),
    "an entry outside": with_entry(OUTSIDE),
    "an entry from the root": with_entry("/tmp/lab-hostile"),
    "an entry outside of objects": with_entry(f"objects/{OUTSIDE}"),
    "an entry with a back slash": with_entry("objects\\..\\..\\lab-hostile"),
    "an entry with a short name": with_entry("objects/abc"),
    "a service that is not saved": with_entry("services/ec2.json", b"{}"),
    "two entries of one name": _twice,
    "JSON that unpacks too large": _claims(S3, file_size=2 << 30),
    "contents that unpack too large": lambda entries: _claims(
        _first_content(entries), file_size=9 << 30
    )(entries),
    "an encrypted entry": _claims(S3, flag_bits=1),
    "an unknown compression": _claims(S3, compress_type=99),
    "JSON that is nested deeply": with_entry(S3, b"[" * 200_000 + b"]" * 200_000),
    "S3 that is no JSON": with_entry(S3, b"{"),
    "S3 that is a list": with_entry(S3, b"[]"),
    "os.system": tree_of(S3, lambda tree: tree["stores"].update(s3={"$": "os:system"})),
    "a process": tree_of(
        S3,
        lambda tree: tree.update(x={"$": "subprocess:Popen", "f": {"args": "touch /tmp/x"}}),
    ),
    "a class of LocalStack that is not listed": tree_of(
        SQS, lambda tree: tree.update(x={"$": "localstack.services.sqs.provider:SqsProvider"})
    ),
    "a field of Python's own": fields_of("S3Bucket", S3, __class__="x"),
    "a bucket outside": _renamed_bucket(OUTSIDE),
    "a bucket called dot dot": _renamed_bucket(".."),
    "a bucket with a slash": _renamed_bucket("a/b"),
    "a bucket with two dots": _renamed_bucket("aaa..bbb"),
    "a bucket whose name is a number": fields_of("S3Bucket", S3, name=5),
    "a bucket whose objects are a list": fields_of("S3Bucket", S3, objects=[]),
    "an upload outside": _renamed_upload(OUTSIDE),
    "a part whose number is a path": fields_of("S3Part", S3, part_number=OUTSIDE),
    "code outside": fields_of("S3Code", LAMBDA, id=OUTSIDE),
    "code in a bucket outside": fields_of("S3Code", LAMBDA, s3_bucket=OUTSIDE),
    "a function outside": _renamed_function(OUTSIDE),
    "a version outside": fields_of("VersionIdentifier", LAMBDA, function_name=OUTSIDE),
    "a function that is a text": tree_of(
        LAMBDA, lambda tree: [r.update(attr_functions={"f": "x"}) for r in _regions(tree, "lambda")]
    ),
    "a queue that is a text": tree_of(SQS, lambda tree: _first_queue(tree).update(q="text")),
    "an execution that is a queue": tree_of(STATES, lambda tree: _executions(tree, [])),
    "an account that is none": tree_of(SQS, _place("sqs", "account", "someone")),
    "a region that is none": tree_of(SQS, _place("sqs", "region", "mars-1")),
    "an attribute that no store has": tree_of(
        SQS, lambda tree: [r.update(attr_evil=1) for r in _regions(tree, "sqs")]
    ),
    "a field that no backend has": tree_of(
        LOGS,
        lambda tree: tree["backends"].update(
            logs={"000000000000": {"ap-southeast-1": {"reset": 1}}}
        ),
    ),
    "a reference to nothing": tree_of(S3, lambda tree: tree.update(x={"$": "ref", "v": 10**9})),
    "a content that is missing": _missing_content,
    "a content that is damaged": _damaged_content,
    "a content outside": tree_of(OBJECTS, lambda tree: tree[0].__setitem__(-1, OUTSIDE)),
    "a place outside": tree_of(OBJECTS, lambda tree: tree[0].__setitem__(0, OUTSIDE)),
    "an index that is no list": with_entry(OBJECTS, b'{"a": 1}'),
    "metrics of another table": _metrics("sqlite_master", rows=[[1]]),
    "metrics that are no rows": _metrics("SINGLE_METRICS", rows=[[{"a": 1}]]),
    "metrics with too few columns": _metrics("SINGLE_METRICS", rows=[[1, 2]]),
    "metrics with two rows of one number": _metrics("SINGLE_METRICS", rows=[ROW, ROW]),
    "metrics whose number is a text": _metrics("SINGLE_METRICS", rows=[["x", *ROW[1:]]]),
    "metrics with a number too large": _metrics("SINGLE_METRICS", rows=[[*ROW[:-1], 1 << 70]]),
    "metrics without rows": with_entry(METRICS, b'{"SINGLE_METRICS": []}'),
    "metrics in a page outside": _metrics("SINGLE_METRICS", pages=[OUTSIDE]),
    "mails that are texts": tree_of(PLUGIN, lambda tree: tree["plugin"].update(mails=["text"])),
    "a mail without an id": tree_of(PLUGIN, lambda tree: tree["plugin"].update(mails=[{}])),
    "mails in a page that is nested deeply": _in_a_page(
        PLUGIN,
        b"[" * 200_000 + b"]" * 200_000,
        lambda tree, page: tree["plugin"].update(mails=[page]),
    ),
    "a log group that keeps its lines for some text": fields_of(
        "LogGroup", LOGS, retention_in_days="soon"
    ),
    "a log group that keeps its lines longer than there is time": fields_of(
        "LogGroup", LOGS, retention_in_days=10**12
    ),
    "a log group whose streams are a list": fields_of("LogGroup", LOGS, streams=[]),
    "a log line without a time": fields_of("LogEvent", LOGS, timestamp=None),
    "a log line whose time is a text": fields_of("LogEvent", LOGS, timestamp="yesterday"),
    "a log line whose number is a text": fields_of("LogEvent", LOGS, event_id="first"),
    "log lines that are texts": fields_of("LogStream", LOGS, events=["line"]),
    "log lines in a page outside": fields_of(
        "LogStream", LOGS, events=[{"$": "sealed", "v": OUTSIDE}]
    ),
    "an execution that ended at no time": fields_of("Execution", STATES, stop_date="yesterday"),
    "an execution that ended without a time zone": fields_of(
        "Execution", STATES, stop_date={"$": "time", "v": "2020-01-01T00:00:00", "fold": 0}
    ),
    "mails in a page outside": tree_of(
        PLUGIN, lambda tree: tree["plugin"].update(mails=[{"$": "sealed", "v": OUTSIDE}])
    ),
    "a clock that is a text": tree_of(
        PLUGIN, lambda tree: tree["plugin"].update(clocks={"000000000000": "+31d"})
    ),
    "a journal of texts": tree_of(PLUGIN, lambda tree: tree["plugin"].update(journal=["x"])),
    "a message that is a text": tree_of(
        PLUGIN, lambda tree: tree["deliveries"].update(sns_messages=["x"])
    ),
    "an event of S3 that is a text": tree_of(
        PLUGIN, lambda tree: tree["deliveries"].update(s3_events=[["LambdaNotifier", "x", {}]])
    ),
    "an event of Lambda that is a number": tree_of(
        PLUGIN, lambda tree: tree["deliveries"].update(lambda_events={"arn": [[1, 2]]})
    ),
}  # fmt: skip


def _regions(tree: Any, store: str) -> list[dict[str, Any]]:
    return [
        region
        for account in tree["stores"][store]["accounts"].values()
        for region in account["regions"].values()
    ]
