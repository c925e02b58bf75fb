"""What can go wrong with the trigger of step 4: one module a mistake."""

from course.sandbox import Sandbox
from course.week1.step4_trigger.solve import FUNCTION

EVERY_CREATION = "s3:ObjectCreated:*"


def notify(
    sandbox: Sandbox, bucket: str, *filters: dict[str, str], event: str = EVERY_CREATION
) -> None:
    """Set a bucket's notifications: one for each filter, its rules by name."""
    sandbox.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "LambdaFunctionArn": sandbox.arn("lambda", f"function:{FUNCTION}"),
                    "Events": [event],
                    "Filter": {
                        "Key": {
                            "FilterRules": [
                                {"Name": name, "Value": value} for name, value in rules.items()
                            ]
                        }
                    },
                }
                for rules in filters
            ]
        },
        SkipDestinationValidation=True,
    )
