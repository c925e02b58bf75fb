"""The map of a pipeline: what leads where, drawn from what AWS lists, also half built."""

import io
import json
import zipfile
from typing import Any

import pytest

from console.pipeline.parts import (
    Arrow,
    Found,
    Map,
    bucket_arn,
    connect,
    dimensions_of,
    last_of,
    lay_out,
    names,
)
from console.pipeline.reading import sources_in

HERE = "ap-southeast-1:111111111111"
QUEUE_URL = "http://sqs.ap-southeast-1.localhost.localstack.cloud:4566/111111111111/main"
MACHINE = f"arn:aws:states:{HERE}:stateMachine:Flow"
TOPIC = f"arn:aws:sns:{HERE}:told"


def function(name: str) -> dict[str, Any]:
    return {"FunctionName": name, "FunctionArn": f"arn:aws:lambda:{HERE}:function:{name}"}


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{HERE}:{name}"


def arn_of(name: str) -> str:
    return str(function(name)["FunctionArn"])


def whole() -> Found:
    """Return a pipeline as the workshop ends with one."""
    functions = ("validator", "processor", "parse", "notify")
    states = {name: {"Resource": arn_of(name)} for name in ("parse", "notify")}
    triggers = [
        {
            "LambdaFunctionArn": arn_of("validator"),
            "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "uploads/"}]}},
        }
    ]
    redrive = json.dumps({"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 3})
    return Found(
        buckets={"raw": {"LambdaFunctionConfigurations": triggers}, "results": {}},
        functions=[function(name) for name in functions],
        texts={
            arn_of("validator"): f"{QUEUE_URL}\nresults",
            arn_of("processor"): f"ARN = '{MACHINE}'",
            arn_of("notify"): TOPIC,
        },
        mappings=[{"EventSourceArn": queue_arn("main"), "FunctionArn": arn_of("processor")}],
        queues={
            QUEUE_URL: {"QueueArn": queue_arn("main"), "RedrivePolicy": redrive},
            "dead": {"QueueArn": queue_arn("dead")},
        },
        machines={MACHINE: json.dumps({"States": states})},
        topics={TOPIC: [{"Protocol": "email", "Endpoint": "student@example.com"}]},
    )


def drawn(laid_out: Map) -> list[list[str]]:
    return [[part.name for part, _ in stage.parts] for stage in laid_out.stages]


def test_a_whole_pipeline_stands_in_its_order() -> None:
    laid_out = lay_out(connect(whole()))
    assert drawn(laid_out) == [
        ["raw"],
        ["validator"],
        ["main"],
        ["processor"],
        ["Flow"],
        ["parse", "notify", "results"],  # that the validator names it, the executions are told
        ["told"],
        ["student@example.com"],
    ]
    assert laid_out.loose == []
    ((main, dead_letters),) = laid_out.stages[2].parts
    assert (main.name, [part.name for part in dead_letters]) == ("main", ["dead"])


def test_a_function_that_sends_to_a_queue_only_has_its_results_from_itself() -> None:
    found = whole()
    found.machines = {}
    assert connect(found).into(bucket_arn("results"))[0].start == arn_of("validator")


def test_parts_stand_below_what_leads_to_them_so_that_few_arrows_cross() -> None:
    found = whole()
    found.topics = {TOPIC: [], f"{TOPIC}-too": []}
    found.texts |= {arn_of("parse"): f"{TOPIC}-too", arn_of("notify"): TOPIC}
    assert drawn(lay_out(connect(found)))[6] == ["told-too", "told"]


def test_an_arrow_says_what_a_trigger_depends_on() -> None:
    pipeline = connect(whole())
    assert pipeline.into(arn_of("validator")) == [
        Arrow(bucket_arn("raw"), arn_of("validator"), note="uploads/")
    ]
    assert pipeline.uploads() == [("raw", "uploads/")]


def test_what_nothing_leads_to_yet_is_drawn_apart() -> None:
    found = Found(buckets={"raw": {}}, functions=[function("validator")])
    laid_out = lay_out(connect(found))
    assert laid_out.stages == []
    assert [part.name for part in laid_out.loose] == ["raw", "validator"]
    assert connect(found).uploads() == [("raw", "uploads/")]


def test_a_pipeline_is_drawn_as_far_as_it_goes() -> None:
    found = whole()
    found.mappings, found.machines, found.topics = [], {}, {}
    laid_out = lay_out(connect(found))
    assert drawn(laid_out) == [["raw"], ["validator"], ["main", "results"]]
    assert [part.name for part in laid_out.loose] == ["processor", "parse", "notify"]


def test_a_trigger_on_what_is_gone_is_no_arrow() -> None:
    found = whole()
    found.functions = []
    assert connect(found).into(arn_of("validator")) == []


def test_a_circle_is_drawn_and_ends() -> None:
    found = Found(
        functions=[function("one"), function("two")],
        texts={arn_of("one"): "main", arn_of("two"): "back"},
        mappings=[
            {"EventSourceArn": queue_arn("main"), "FunctionArn": arn_of("two")},
            {"EventSourceArn": queue_arn("back"), "FunctionArn": arn_of("one")},
        ],
        queues={name: {"QueueArn": queue_arn(name)} for name in ("main", "back")},
    )
    laid_out = lay_out(connect(found))
    assert sorted(name for stage in drawn(laid_out) for name in stage) == [
        "back",
        "main",
        "one",
        "two",
    ]


def test_a_function_that_reads_a_queue_does_not_send_to_it() -> None:
    found = whole()
    found.texts[arn_of("processor")] = f"# reads main\n{MACHINE}"
    assert Arrow(arn_of("processor"), queue_arn("main")) not in connect(found).arrows


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("QUEUE = 'pipeline-dlq'", True),
        ("pipeline-dlq-old", False),
        ("my-pipeline-dlq", False),
        ("my-pipeline-dlq, pipeline-dlq.", True),
        ("", False),
    ],
)
def test_a_longer_name_is_another_name(text: str, *, found: bool) -> None:
    assert names(text, "pipeline-dlq") is found


def test_an_alarm_is_about_what_its_dimensions_name() -> None:
    plain = {"Dimensions": [{"Name": "QueueName", "Value": "dead"}]}
    metric = {"Dimensions": [{"Name": "FunctionName", "Value": "parse"}]}
    math = {"Metrics": [{"MetricStat": {"Metric": metric}}, {"Expression": "m1"}]}
    assert dimensions_of(plain) == {"dead"}
    assert dimensions_of(math) == {"parse"}
    assert last_of(MACHINE) == "Flow"


def test_code_is_read_from_its_zip_and_anything_else_is_no_code() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("handler.py", "QUEUE = 'main'")
        zipped.writestr("data.bin", b"\0")
    assert sources_in(archive.getvalue()) == "QUEUE = 'main'"
    assert sources_in(b"no zip") == ""
