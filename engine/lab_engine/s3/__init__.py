"""What S3 lacks in LocalStack: a sequencer that tells events apart, and conditional deletes."""

from lab_engine.s3 import conditional_delete, sequencer


def install() -> None:
    """Adds both."""
    sequencer.install()
    conditional_delete.install()
