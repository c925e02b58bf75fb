"""CloudWatch: how dashboards show too little."""

from course.case import Case, Facts
from course.causes import causes


@causes
def dashboard_lacks(case: Case) -> Facts | None:
    """The dashboard is there, and some lines are not on it."""
    lacking = case.seen.get("lacking", [])
    return {"missing": ", ".join(lacking)} if lacking else None


@causes
def dashboard_of_other_region(case: Case) -> Facts | None:
    """A graph looks at another region."""
    for title, region in case.seen.get("elsewhere", ()):
        return {"title": title, "actual": region or "-"}
    return None
