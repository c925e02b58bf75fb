from bench.growth import LOOKS, Stage, stage_table


def test_each_look_has_a_row_and_each_size_a_column() -> None:
    stages = [Stage(500, dict.fromkeys(LOOKS, 0.5)), Stage(2_000, dict.fromkeys(LOOKS, 2.0))]
    heading, _, *rows = stage_table(stages).splitlines()
    assert heading == "| s, at | 500 files | 2,000 files |"
    assert len(rows) == len(LOOKS)
    assert rows[-1] == "| verify | 0.50 | 2.00 |"
