"""E-mail as SNS sends it.

LocalStack hands e-mail to SES under one constant subject, delivers to addresses nobody confirmed,
and mails CloudWatch alarms as raw JSON. So the inbox teaches the wrong thing: the lab's mails have
their subject, their confirmation step, their unsubscribe line and AWS's wording.
"""

from lab_engine.sns import confirmation, ownership, postbox, publishing, subject_rules


def install() -> None:
    """Replaces how SNS subscribes addresses and writes letters."""
    postbox.install()
    ownership.install()
    subject_rules.install()
    publishing.install()
    confirmation.install()
