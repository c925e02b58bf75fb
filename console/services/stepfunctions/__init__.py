"""Step Functions: state machines with their graph, and executions as they run, state by state."""

from console.service import Service
from console.services.stepfunctions.execution import execution
from console.services.stepfunctions.machines import machine, state_machines

SERVICE = Service(
    "states",
    "Step Functions",
    "account_tree",
    {"": state_machines, "machine": machine, "execution": execution},
)
