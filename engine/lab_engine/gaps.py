"""The differences between LocalStack and AWS that the plugin closes: the one source of them.

The table in docs/differences.md is made from this list (`python -m lab_engine.gaps` prints it), the
tables of patches refer to it, and each gap has a test with the marker `gap` that names it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """One row of the table in docs/differences.md.

    Attributes:
        place: Where in `lab_engine` it is closed, such as `sqs` or `cloudwatch/alarms`.
        alone: What LocalStack does by itself.
        completed: What it does with the plugin.
    """

    place: str
    alone: str
    completed: str


IAM = Gap("iam", "any request is allowed", "policies are enforced (`LAB_IAM`)")
EXECUTOR = Gap("lambda_", "a function needs Docker", "it runs as a process")
MAIL = Gap(
    "sns",
    "every mail has one constant subject and goes to addresses nobody confirmed; alarms "
    "come as JSON",
    "the subject, the sender, an unsubscribe link; a confirmation letter; alarms as "
    "readable text; a relay (`SMTP_HOST`); text messages beside the mails",
)
METRICS = Gap(
    "cloudwatch/metrics",
    "no AWS/States metrics, two of AWS/Lambda; dimensions match by prefix; percentiles "
    "and expressions fail",
    "all metrics the course uses, with zeros; exact dimensions; percentiles and metric math",
)
ALARMS = Gap(
    "cloudwatch/alarms",
    "an alarm is evaluated every EvaluationPeriods x Period",
    "every minute (at each period's end below a minute), with AWS's treatment of missing data",
)
LOGS = Gap(
    "logs",
    "a metric filter counts every line of every log group; a group made without tags loses "
    "those it gets",
    "term and JSON patterns, in the filter's own group; embedded metrics; tags are kept",
)
EVENT_SOURCE = Gap(
    "sqs",
    "the batch window and MaximumConcurrency are ignored, one batch at a time; any "
    "visibility timeout is taken",
    "as Lambda does them",
)
WORKFLOWS = Gap(
    "stepfunctions",
    "a failed Lambda request is called `Exception`; `States.ALL` matches every error; a "
    "definition may lead to a state that is not there; any execution name and input "
    "starts; JSONata needs Java; each `IsPresent` of an absent field is an ERROR in the log",
    "`Lambda.TooManyRequestsException` and the others, so that Retry matches; "
    "`States.DataLimitExceeded` and `States.Runtime` are not in `States.ALL`; definitions"
    " are refused with AWS's code and place (`MISSING_TRANSITION_TARGET` and others); "
    "names and inputs are checked; JSONata without Java; no false errors",
)
OBJECTS = Gap(
    "s3",
    "every S3 event has the same `sequencer`; DeleteObject with If-Match answers 501; "
    "after the first page (1,000 keys) a list lacks Thai keys, repeats others or fails; an "
    "object whose metadata cannot be a header is answered with 500 or not at all",
    "each event its own, in order; 412 or 404 where the object changed or is gone; every key "
    "once; such metadata is left out and counted, 2 KB of it at most",
)
LISTENING = Gap(
    "runtime/listening",
    "`GATEWAY_LISTEN=127.0.0.1:4566` listens on every interface",
    "on that address only",
)
GATE = Gap(
    "gate",
    "a web page of any origin may put and delete objects, a page in a bucket may do "
    "everything, any Host is accepted",
    "only tools and the pages you allow, see [security.md](security.md#web-pages)",
)
FAULTS = Gap(
    "faults",
    "a service never throttles or fails, and no process of a function is lost",
    "these faults on demand, see [chaos.md](chaos.md)",
)
LIFECYCLE = Gap(
    "s3/lifecycle",
    "lifecycle rules delete nothing",
    "objects expire and unfinished uploads are aborted; `scripts/lab clock +31d` shows it",
)
BURSTS = Gap(
    "lambda_/warm_environments",
    "each concurrent caller of a function starts an environment; definitions and "
    "expressions are parsed anew each time",
    "a burst shares few environments; what was parsed is kept",
)
STATE = Gap(
    "state",
    "everything is gone when LocalStack stops",
    "a state is saved to one file and loaded again, see [state.md](state.md)",
)
TRACES = Gap(
    "xray",
    "there is no X-Ray, and no trace of anything; each function is told that it is sampled",
    "functions with active tracing and traced state machines send their segments; a job is one "
    "trace",
)

GAPS = (
    IAM,
    EXECUTOR,
    MAIL,
    METRICS,
    ALARMS,
    LOGS,
    EVENT_SOURCE,
    WORKFLOWS,
    OBJECTS,
    LISTENING,
    GATE,
    FAULTS,
    LIFECYCLE,
    BURSTS,
    STATE,
    TRACES,
)
"""In the order of the table."""


def table() -> str:
    """Return the table of docs/differences.md, as Markdown."""
    rows = [f"| {gap.alone} | {gap.completed} | `{gap.place}` |" for gap in GAPS]
    return "\n".join(["| LocalStack alone | with the plugin | where |", "|---|---|---|", *rows])


if __name__ == "__main__":
    print(table())  # noqa: T201 - the new table for the page
