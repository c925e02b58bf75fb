"""send-notification: publishes how a job ended."""

from datetime import UTC, datetime

import boto3

from pipeline.clients import CLIENT_CONFIG, transient_errors_named
from pipeline.configuration import required_text
from pipeline.errors import MalformedJobError
from pipeline.logs import log
from pipeline.state import NotificationRequest, WorkflowState
from send_notification.mail import failure_mail, success_mail

TOPIC_ARN = required_text("TOPIC_ARN")

sns = boto3.client("sns", config=CLIENT_CONFIG)

_MAILS = {"success": success_mail, "failed": failure_mail}


def lambda_handler(event: NotificationRequest, _context: object) -> WorkflowState:
    """Publish one mail and return the job's state with the message's id.

    Args:
        event: how the job ended, and its state so far. A job that failed may lack any field, so
            only the outcome is required.

    Raises:
        MalformedJobError: there is no known outcome, or no state.
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
