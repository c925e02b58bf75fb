"""CloudWatch Logs that counts what a filter asks for, and reads metrics out of log lines.

LocalStack's metric filters count every line of every log group, its FilterLogEvents takes any
pattern as matching, and it does not know the embedded metric format. The course counts
`file_validated` lines, so the figure was wrong by all other lines.
"""

from lab_engine.logs import ingestion, matching


def install() -> None:
    """Replaces the pattern matcher and what happens to an ingested line."""
    matching.install()
    ingestion.install()
