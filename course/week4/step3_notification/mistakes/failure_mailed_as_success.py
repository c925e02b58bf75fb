"""Guess the outcome from the state, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week4.step3_notification.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Take a file that was moved well for a success."""
    change_code(
        sandbox,
        CODE,
        {
            'succeeded = outcome == "success"': (
                'succeeded = job.get("move_status", job.get("transform_status")) == "success"'
            ),
            "job['total_rows']:,}": "job.get('total_rows', 0):,}",
            "job['rejected_rows']:,}": "job.get('rejected_rows', 0):,}",
            "job['total_revenue']:,.2f}": "job.get('total_revenue', 0):,.2f}",
            "job['output_key']}": "job.get('output_key')}",
        },
    )
