"""What S3 lacks in LocalStack: a sequencer for events, conditional deletes, pages of any keys."""

from lab_engine.s3 import conditional_delete, listing, sequencer


def install() -> None:
    """Adds them."""
    sequencer.install()
    conditional_delete.install()
    listing.install()
