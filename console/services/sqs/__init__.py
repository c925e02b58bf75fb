"""SQS: queues, messages sent and looked at without losing them, purge and redrive."""

from console.service import Service
from console.services.sqs.queues import queue, queues

SERVICE = Service("sqs", "SQS", "move_to_inbox", {"": queues, "queue": queue})
