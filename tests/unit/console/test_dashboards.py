"""A dashboard's JSON as widgets and lines."""

import pytest

from console.dashboards import (
    Body,
    DashboardError,
    LogQuery,
    Place,
    as_metrics,
    horizontal_lines,
    lines_of,
    places,
    read_body,
    read_query,
    with_changed,
    with_widget,
)
from console.markdown import as_html
from console.metrics import Metric
from provision.arns import Arns
from provision.observation import dashboard_body
from provision.settings import Settings

EMPTY: Body = {"widgets": []}


def test_the_lab_s_own_dashboard_is_read_whole() -> None:
    settings = Settings()
    body = dashboard_body(settings, Arns("aws", "111111111111", settings))
    lines = [line for each in body["widgets"] for line in lines_of(each["properties"])]
    assert len(body["widgets"]) == 5
    assert Metric("AWS/Lambda", "Errors", (("FunctionName", "parse-csv"),)) in [
        line.metric for line in lines
    ]
    assert places(body["widgets"])[1] == Place(12, 0, 12, 6)


def test_the_short_forms_of_metrics_stand_for_what_the_line_before_has() -> None:
    lines = lines_of(
        {
            "stat": "Sum",
            "period": 60,
            "metrics": [
                ["AWS/Lambda", "Errors", "FunctionName", "a"],
                ["...", "b"],
                [".", "Duration", ".", "."],
                [{"expression": "m1 / 2", "label": "half", "id": "e1"}],
                ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "q", {"id": "m1", "stat": "p99"}],
            ],
        }
    )
    assert [line.metric for line in lines] == [
        Metric("AWS/Lambda", "Errors", (("FunctionName", "a"),)),
        Metric("AWS/Lambda", "Errors", (("FunctionName", "b"),)),
        Metric("AWS/Lambda", "Duration", (("FunctionName", "b"),)),
        None,
        Metric("AWS/SQS", "NumberOfMessagesSent", (("QueueName", "q"),)),
    ]
    assert [line.stat for line in lines] == ["Sum", "Sum", "Sum", "Sum", "p99"]
    assert (lines[3].expression, lines[3].label) == ("m1 / 2", "half")
    assert len({line.id for line in lines}) == len(lines)


@pytest.mark.parametrize(
    "metrics", ["none", [["AWS/Lambda"]], [["AWS/Lambda", "Errors", "FunctionName"]], [["."]], [3]]
)
def test_metrics_of_another_form_are_told_in_one_sentence(metrics: object) -> None:
    with pytest.raises(DashboardError):
        lines_of({"metrics": metrics})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"widgets": 3}', '{"widgets": ["text"]}'])
def test_what_is_no_dashboard_is_refused(text: str) -> None:
    with pytest.raises(DashboardError):
        read_body(text)


def test_widgets_are_added_beside_each_other_and_then_below() -> None:
    body = EMPTY
    for _ in range(3):
        body = with_widget(body, "text", {"markdown": "#"}, (12, 6))
    assert [(each["x"], each["y"]) for each in body["widgets"]] == [(0, 0), (12, 0), (0, 6)]


def test_a_widget_without_a_place_follows_the_others() -> None:
    widgets = [{"x": 0, "y": 0, "width": 24, "height": 3}, {"width": 6, "height": 3}]
    assert places(widgets)[1] == Place(0, 3, 6, 3)


def test_a_widget_with_a_hostile_place_stands_on_the_dashboard_all_the_same() -> None:
    hostile = {"x": "0;background:url(//evil)", "y": -1, "width": 10**9, "height": True}
    assert places([hostile]) == [Place(0, 0, 24, 6)]


def test_a_widget_is_changed_and_taken_away() -> None:
    body = {"widgets": [{"type": "text"}, {"type": "log"}], "start": "-PT3H"}
    assert with_changed(body, 0, {"type": "alarm"})["widgets"][0] == {"type": "alarm"}
    assert with_changed(body, 0, None) == {"widgets": [{"type": "log"}], "start": "-PT3H"}


def test_metrics_with_an_expression_can_be_read_again() -> None:
    metrics = [Metric("AWS/Lambda", name, (("FunctionName", "a"),)) for name in ("Errors", "Sum")]
    lines = lines_of({"metrics": as_metrics(metrics, "m1 / m2")})
    assert [line.id for line in lines] == ["e1", "m1", "m2"]
    assert lines[0].expression == "m1 / m2"


def test_horizontal_annotations_are_lines() -> None:
    annotations = {"horizontal": [{"label": "too many", "value": 2}, [{"value": 1}, {"value": 3}]]}
    found = horizontal_lines({"annotations": annotations})
    assert found == [("too many", 2.0), ("", 1.0), ("", 3.0)]


def test_a_log_query_that_only_shows_lines_is_read() -> None:
    query = "SOURCE '/aws/lambda/a' | SOURCE '/aws/lambda/b' | fields @message | limit 5"
    assert read_query(query) == LogQuery(("/aws/lambda/a", "/aws/lambda/b"), 5)


def test_a_log_query_that_does_more_is_not_answered_by_half() -> None:
    assert read_query("SOURCE 'a' | filter @message like /x/ | limit 5") is None


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "![alt](http://elsewhere.example/track.png)",
        "[click](javascript:alert(1))",
        "text <script>alert(1)</script>",
        "```\n<script>alert(1)</script>\n```",
    ],
)
def test_markup_in_markdown_is_text(hostile: str) -> None:
    html = as_html(hostile)
    assert "<img" not in html
    assert "<script" not in html
    assert 'href="javascript' not in html


def test_markdown_is_drawn() -> None:
    html = as_html("# Runbook\n\n**Look** at the [queue](/x)")
    assert "<h3>Runbook</h3>" in html
    assert "<strong>Look</strong>" in html
