"""CloudWatch: how metrics of the student's own count wrongly."""

from course.case import Case, Facts
from course.causes import causes
from course.evidence import log_group


@causes
def metric_counts_lines(case: Case) -> Facts | None:
    """A metric rose by more than the one file: it counts lines and not files."""
    valid, rejected = case.seen.get("risen", ({}, {}))
    too_much = {name: by for name, by in {**valid, **rejected}.items() if by > 1}
    if not too_much:
        return None
    name, by = next(iter(too_much.items()))
    return {"metric": name, "actual": f"{by:g}"}


@causes
def metric_counts_both(case: Case) -> Facts | None:
    """The same metric rises for good and for rejected files."""
    valid, rejected = case.seen.get("risen", ({}, {}))
    both = sorted(set(valid) & set(rejected))
    return {"metric": both[0]} if both else None


@causes
def metric_counts_valid_only(case: Case) -> Facts | None:
    """Good files are counted, rejected ones are not."""
    valid, rejected = case.seen.get("risen", ({}, {}))
    return {"metric": next(iter(valid))} if valid and not rejected else None


@causes
def metric_filter_expects_json(case: Case, *, function: str) -> Facts | None:
    """A metric filter looks at fields of JSON, and nothing has risen."""
    if "risen" not in case.seen or any(case.seen["risen"]):
        return None
    found = case.client("logs").describe_metric_filters(logGroupName=log_group(function))
    for each in found["metricFilters"]:
        if each["filterPattern"].startswith("{"):
            return {"filter": each["filterName"], "actual": each["filterPattern"]}
    return None


@causes
def metric_rose_by_more(case: Case, *, than: int) -> Facts | None:
    """A metric rose by more than there were files."""
    for name, by in (case.seen.get("risen") or {}).items():
        if by > than:
            return {"metric": name, "actual": f"{by:g}"}
    return None


@causes
def metric_did_not_rise(case: Case, *, function: str) -> Facts | None:
    """A metric filter is on the function's log, and counted nothing."""
    if "risen" not in case.seen or case.seen["risen"]:
        return None
    found = case.client("logs").describe_metric_filters(logGroupName=log_group(function))
    for each in found["metricFilters"]:
        return {"filter": each["filterName"], "actual": each["filterPattern"]}
    return None
