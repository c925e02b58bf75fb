import csv
from decimal import Decimal
from pathlib import Path

from lab.commands.demo import DEMO, SAMPLES
from lab.samples import HEADER, write_sales


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    write_sales(tmp_path / "a.csv", 200, seed=1)
    write_sales(tmp_path / "b.csv", 200, seed=1)
    write_sales(tmp_path / "c.csv", 200, seed=2)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


def test_the_revenue_told_is_that_of_the_rows_written(tmp_path: Path) -> None:
    told = write_sales(tmp_path / "a.csv", 50, seed=3)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == 50
    assert sum(Decimal(row["quantity"]) * Decimal(row["price"]) for row in rows) == told


def test_every_prepared_file_of_the_demo_is_there() -> None:
    prepared = [sample.file for sample in DEMO if sample.file.parent == SAMPLES]
    assert [file.name for file in prepared if not file.is_file()] == []
    assert len(prepared) == len(DEMO) - 1


def test_the_workshops_sample_keeps_its_bytes() -> None:
    """The sample file has 408 bytes (checklist 4)."""
    assert (SAMPLES / "sample_sales.csv").stat().st_size == 408
    assert (SAMPLES / "bad_schema.csv").stat().st_size == 45


def test_the_old_thai_file_says_the_same_as_the_workshops() -> None:
    old = (SAMPLES / "sales_cp874.csv").read_bytes().decode("cp874").splitlines()
    new = (SAMPLES / "sample_sales.csv").read_text(encoding="utf-8").splitlines()
    assert old == new
