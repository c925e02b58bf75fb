"""A definition as a graph and as a picture."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.asl import Way, read_definition
from console.history import Status, Story, Visit
from console.mermaid import as_mermaid, label

START = datetime(2026, 11, 26, tzinfo=UTC)
REPOSITORY = Path(__file__).parents[3]
HOSTILE = '<img src=x onerror=alert(1)>"]; click s0 "javascript:alert(1)" %%'


def test_the_pipeline_s_own_definition_is_drawn_whole() -> None:
    graph = read_definition((REPOSITORY / "asl" / "ProcessCSVWorkflow.asl.json").read_text("utf-8"))
    assert graph.first in graph.states
    picture = as_mermaid(graph)
    for name in graph.states:
        assert f'"{name}"' in picture or f'"{name}<br/>' in picture
    assert any(way.catches for way in graph.ways)


def test_ways_say_when_they_are_taken() -> None:
    graph = read_definition(
        json.dumps(
            {
                "StartAt": "Check",
                "States": {
                    "Check": {
                        "Type": "Choice",
                        "Choices": [
                            {"Variable": "$.rows", "NumericGreaterThanEquals": 5, "Next": "Good"},
                            {"Variable": "$.x", "IsPresent": False, "Next": "Bad"},
                        ],
                        "Default": "Bad",
                    },
                    "Good": {"Type": "Succeed"},
                    "Bad": {"Type": "Fail"},
                },
            }
        )
    )
    assert graph.ways == [
        Way("Check", "Good", "$.rows ≥ 5"),
        Way("Check", "Bad", "$.x is not present"),
        Way("Check", "Bad", "Default"),
        Way("Good", None),
        Way("Bad", None),
    ]


def test_branches_and_items_are_graphs_of_their_own() -> None:
    inner = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    item = {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}}
    states = {
        "Both": {"Type": "Parallel", "Branches": [inner], "Next": "Each"},
        "Each": {"Type": "Map", "ItemProcessor": item, "End": True},
    }
    graph = read_definition(json.dumps({"StartAt": "Both", "States": states}))
    assert list(graph.all_states()) == ["Both", "Each", "A", "B"]
    picture = as_mermaid(graph, Story([visit("A", "succeeded"), visit("B", "failed")]))
    assert picture.count("subgraph") == 2
    assert "class s2 succeeded" in picture
    assert "class s3 failed" in picture
    assert "class s0 waitingFrame" in picture


def visit(state: str, status: Status, **more: Any) -> Visit:
    return Visit(state, START, left=START, status=status, **more)


def test_the_way_that_was_taken_is_told_from_the_ways_that_were_not() -> None:
    states = {
        "Check": {"Type": "Choice", "Choices": [{"Next": "Good"}], "Default": "Bad"},
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail"},
    }
    graph = read_definition(json.dumps({"StartAt": "Check", "States": states}))
    story = Story([visit("Check", "succeeded"), visit("Bad", "failed")], {("Check", "Bad")})
    # In the order of the text: to Check, to Good, to Bad by default, from Good, from Bad.
    assert "linkStyle 0,2,4 " in as_mermaid(graph, story)
    assert "linkStyle" not in as_mermaid(graph)


def test_an_error_goes_along_the_dotted_way_only_where_it_was_caught() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "After"}]
    states = {
        "Try": {"Type": "Task", "Catch": catch, "Next": "After"},
        "After": {"Type": "Pass", "End": True},
    }
    graph = read_definition(json.dumps({"StartAt": "Try", "States": states}))
    ways = {("Try", "After")}
    well = Story([visit("Try", "succeeded"), visit("After", "succeeded")], ways)
    assert "linkStyle 0,1,3 " in as_mermaid(graph, well)
    caught = Story([visit("Try", "caught"), visit("After", "succeeded")], ways)
    assert "linkStyle 0,2,3 " in as_mermaid(graph, caught)


def test_a_state_says_how_often_it_is_tried_again_and_a_map_how_many_items_it_had() -> None:
    states = {
        "Try": {"Type": "Task", "Retry": [{"MaxAttempts": 2}], "Next": "Each"},
        "Each": {"Type": "Map", "ItemProcessor": {}, "End": True},
    }
    graph = read_definition(json.dumps({"StartAt": "Try", "States": states}))
    assert "↻ 2" in as_mermaid(graph)
    story = Story([visit("Try", "succeeded", attempts=2), visit("Each", "succeeded", items=3)])
    assert "↻ 1/2" in as_mermaid(graph, story)
    assert "× 3" in as_mermaid(graph, story)


@pytest.mark.parametrize(
    "typed",
    ['{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}', "{}", '{"States": []}'],
)
def test_a_definition_that_is_still_being_typed_is_drawn_as_far_as_it_goes(typed: str) -> None:
    assert as_mermaid(read_definition(typed)).startswith("flowchart")


def test_what_is_not_json_is_told_with_its_place() -> None:
    with pytest.raises(ValueError, match="line 2 column 1"):
        read_definition("{\n]")


def test_a_hostile_name_is_neither_syntax_nor_markup() -> None:
    written = label(HOSTILE)
    assert not set(written) & set('<>"`')
    assert "%%" not in written
    assert not re.search(r"#(?!amp;|lt;|gt;)\w+;", label("a #35; b #quot; c"))
    definition = {"StartAt": HOSTILE, "States": {HOSTILE: {"Type": "Pass", "End": True}}}
    picture = as_mermaid(read_definition(json.dumps(definition)))
    assert HOSTILE not in picture
    assert "<img" not in picture


def test_what_a_condition_says_stands_on_the_arrow_as_it_is() -> None:
    assert label("$.file_name = data_1 (a|b) {x}; [0]") == "$.file_name = data_1 (a|b) {x}; [0]"
    assert label('$.type = "csv"') == "$.type = “csv”"
