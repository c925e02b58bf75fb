from dataclasses import replace

from bench.compare import Spread, by_case, table
from bench.throughput import Figures

BURST = Figures(
    emulator="lab",
    state="warm",
    files=100,
    results=100,
    dead_letters=0,
    seconds=10.0,
    first_result_seconds=1.0,
    cpu_ms_per_file=60.0,
    peak_memory_mb=500.0,
)


def test_a_spread_has_the_median_and_both_ends() -> None:
    bursts = [replace(BURST, seconds=seconds) for seconds in (12.0, 9.0, 10.0, 30.0)]
    spread = Spread.of(bursts, lambda each: each.seconds)
    assert spread == Spread(11.0, 9.0, 30.0)
    assert spread.shown(1) == "11.0 (9.0-30.0)"


def test_the_table_compares_medians_with_those_of_the_lab() -> None:
    other = replace(BURST, emulator="ministack", seconds=5.0)
    shown = table(by_case([BURST, other, replace(other, seconds=15.0)]), {"lab": [8.0, 9.0]})
    lab, ministack = shown.splitlines()[2:]
    assert lab.startswith("| warm 100 | lab | 1 | 100 | 600 |")
    assert lab.endswith("| 8.5 | 1.00 |")
    assert "| ministack | 2 | 200 |" in ministack
    assert "| 10.00 (5.00-15.00) |" in ministack
    assert ministack.endswith("| - | 1.00 |")


def test_without_the_lab_there_is_no_ratio() -> None:
    shown = table(by_case([replace(BURST, emulator="plain")]), {})
    assert shown.splitlines()[2].endswith("| - | - |")
