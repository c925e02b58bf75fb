"""send-notification: publishes how a job ended; the state machine says which way it was."""

from datetime import UTC, datetime
from typing import Any

import boto3

from pipeline.clients import CLIENT_CONFIG, transient_errors_named
from pipeline.configuration import required_text
from pipeline.errors import MalformedJobError
from pipeline.logs import log
from send_notification.mail import failure_mail, success_mail

TOPIC_ARN = required_text("TOPIC_ARN")

sns = boto3.client("sns", config=CLIENT_CONFIG)

_MAILS = {"success": success_mail, "failed": failure_mail}


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish one mail and return the job's state with the message's id.

    Args:
        event: `outcome` (`success` or `failed`) and `job`, the state so far. A job that failed may
            lack anything, so nothing but the outcome is demanded of it.
    """
    outcome, state = event.get("outcome"), event.get("job")
    if outcome not in _MAILS or not isinstance(state, dict):
        raise MalformedJobError("outcome must be success or failed, and job the state")
    mail = _MAILS[outcome](state, datetime.now(UTC))
    job_id = str(state.get("job_id") or "unknown")
    with transient_errors_named():
        published = sns.publish(
            TopicArn=TOPIC_ARN,
            Subject=mail.subject,
            Message=mail.text,
            MessageAttributes={
                "job_id": {"DataType": "String", "StringValue": job_id},
                "status": {"DataType": "String", "StringValue": outcome},
            },
        )
    log("notification_sent", job_id, status=outcome, message_id=published["MessageId"])
    return {
        **state,
        "notification_status": "sent",
        "notification_message_id": published["MessageId"],
    }
