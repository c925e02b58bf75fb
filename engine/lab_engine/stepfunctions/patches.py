"""What the plugin replaces in LocalStack's Step Functions."""

from localstack.services.stepfunctions.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from localstack.services.stepfunctions.asl.component.common.path import result_path
from localstack.services.stepfunctions.asl.component.eval_component import EvalComponent
from localstack.services.stepfunctions.asl.component.intrinsic import jsonata as intrinsic_jsonata
from localstack.services.stepfunctions.asl.component.state.state_choice.comparison.variable import (
    Variable,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
    lambda_eval_utils,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service.state_task_service_lambda import (  # noqa: E501 - LocalStack's own name
    StateTaskServiceLambda,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.state_task import (  # noqa: E501 - LocalStack's own name
    StateTask,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.state_task_lambda import (  # noqa: E501 - LocalStack's own name
    StateTaskLambda,
)
from localstack.services.stepfunctions.asl.eval import states, variable_store
from localstack.services.stepfunctions.asl.jsonata import jsonata
from localstack.services.stepfunctions.asl.parse.asl_parser import AmazonStateLanguageParser
from localstack.services.stepfunctions.asl.utils import json_path
from localstack.services.stepfunctions.backend.execution import (
    BaseExecutionWorkerCommunication,
    Execution,
)
from localstack.services.stepfunctions.backend.execution_worker import ExecutionWorker
from localstack.services.stepfunctions.backend.state_machine import StateMachineInstance
from localstack.services.stepfunctions.backend.store import SFNStore
from localstack.services.stepfunctions.provider import StepFunctionsProvider

from lab_engine.gaps import METRICS, TRACES, WORKFLOWS
from lab_engine.growing import Growing
from lab_engine.patching import Replacement, Start, around, instead
from lab_engine.stepfunctions import (
    absent_variables,
    definitions,
    internal_failures,
    jsonata_expressions,
    jsonpath_expressions,
    lambda_errors,
    metrics,
    programs,
    start_rules,
    status_change_events,
    task_clients,
    task_roles,
    terminal_errors,
)
from lab_engine.xray import executions, machines

PATCHES: tuple[Replacement, ...] = (
    around(
        StateTaskLambda,
        "_from_error",
        lambda_errors.name_error,
        why="a failed Lambda request is called `Exception`, so no Retry matches it",
        gap=WORKFLOWS,
    ),
    instead(
        StateTaskServiceLambda,
        "_error_cause_from_client_error",
        staticmethod(lambda_errors.error_and_cause),
        why="the same for lambda:invoke",
        gap=WORKFLOWS,
    ),
    around(
        ErrorEqualsDecl,
        "_eval_body",
        terminal_errors.matches_error,
        why="States.ALL matches what it does not match on AWS",
        gap=WORKFLOWS,
    ),
    around(
        StepFunctionsProvider,
        "start_execution",
        start_rules.start_checked,
        why="any name and any input starts",
        gap=WORKFLOWS,
    ),
    around(
        StepFunctionsProvider,
        "start_sync_execution",
        start_rules.start_checked,
        why="any name and any input starts",
        gap=WORKFLOWS,
    ),
    instead(
        StepFunctionsProvider,
        "_validate_definition",
        staticmethod(definitions.check_definition),
        why="a definition may have a transition to a missing state",
        gap=WORKFLOWS,
    ),
    around(
        StepFunctionsProvider,
        "update_state_machine",
        definitions.update_checked,
        why="every update is checked as if it were of type STANDARD",
        gap=WORKFLOWS,
    ),
    around(
        StepFunctionsProvider,
        "validate_state_machine_definition",
        definitions.validate_definition,
        why="what AWS refuses is called OK",
        gap=WORKFLOWS,
    ),
    around(
        Variable,
        "_eval_body",
        absent_variables.read_variable,
        why="each IsPresent of an absent field is an ERROR in the log",
        gap=WORKFLOWS,
    ),
    instead(
        jsonata,
        "_eval_jsonata",
        jsonata_expressions.evaluate,
        why="JSONata needs Java, which the local engine does not have",
        gap=WORKFLOWS,
        only_if=jsonata_expressions.is_installed,
    ),
    instead(
        intrinsic_jsonata,
        "_DECLARATION_BY_VARIABLE_REFERENCE",
        jsonata_expressions.declared_functions(),
        why="$uuid and $hash only say that they are not supported",
        gap=WORKFLOWS,
        only_if=jsonata_expressions.is_installed,
    ),
    *(
        instead(
            module,
            "encode_jsonata_variable_declarations",
            jsonata_expressions.declare_variables,
            why="a quote in a variable's text breaks every expression after it",
            gap=WORKFLOWS,
            only_if=jsonata_expressions.is_installed,
        )
        for module in (states, variable_store)
    ),
    instead(
        variable_store.VariableStore,
        "get_assigned_variables",
        jsonata_expressions.assigned_variables,
        why="a quote in a variable's text breaks the JSON in the history",
        gap=WORKFLOWS,
    ),
    instead(
        SFNStore.__dict__["executions"],
        "default",
        Growing,
        why="listing executions while others start fails now and then",
    ),
    around(
        Execution,
        "__init__",
        start_rules.create_running,
        why="an execution is listed before it has a status",
        gap=WORKFLOWS,
    ),
    around(
        Execution,
        "to_history_output",
        start_rules.read_history,
        why="the history of an execution that is about to start is an error of the server",
        gap=WORKFLOWS,
    ),
    around(Execution, "start", metrics.count_start, why="no AWS/States metrics", gap=METRICS),
    around(
        BaseExecutionWorkerCommunication,
        "terminated",
        metrics.count_end,
        why="no AWS/States metrics",
        gap=METRICS,
    ),
    around(Execution, "start", executions.begin, why="an execution sends no segment", gap=TRACES),
    around(
        BaseExecutionWorkerCommunication,
        "terminated",
        executions.end,
        why="an execution sends no segment",
        gap=TRACES,
    ),
    around(
        lambda_eval_utils,
        "_invoke_lambda_function",
        executions.invoke_in_trace,
        why="a task's function begins a trace of its own",
        gap=TRACES,
    ),
    around(
        StateMachineInstance,
        "describe",
        machines.describe,
        why="it is not told whether a state machine is traced",
        gap=TRACES,
    ),
    around(
        StepFunctionsProvider,
        "update_state_machine",
        machines.update,
        why="tracing can't be switched on afterwards",
        gap=TRACES,
    ),
    *(
        around(
            StepFunctionsProvider,
            operation,
            executions.start_in_trace,
            why="the header of the request is ignored",
            gap=TRACES,
        )
        for operation in ("start_execution", "start_sync_execution")
    ),
    *(
        instead(
            module,
            "parse",
            jsonpath_expressions.cached(module.parse),
            why="jsonpath_ng rebuilds its tables for every expression, 4 to 19 ms",
        )
        for module in (json_path, result_path)
    ),
    *(
        instead(
            module,
            "boto_client_for",
            task_clients.CACHE.client_for,
            why="each task assumes its role again and builds a client",
        )
        for module in task_clients.MODULES
    ),
    around(
        StateTask,
        "_eval_state_credentials",
        task_roles.role_of_task,
        why="a task's role is assumed without naming the state machine",
        gap=WORKFLOWS,
    ),
    around(
        ExecutionWorker,
        "_execution_logic",
        internal_failures.run,
        why="an execution stays RUNNING for ever if LocalStack itself fails",
        gap=WORKFLOWS,
    ),
    instead(
        AmazonStateLanguageParser,
        "parse",
        staticmethod(programs.parse),
        why="a definition is parsed again for each execution",
    ),
    instead(
        ExecutionWorker,
        "_get_evaluation_entrypoint",
        programs.program_of_execution,
        why="the program is built again for each execution, 8 ms",
    ),
    instead(
        EvalComponent,
        "heap_key",
        property(programs.heap_key),
        why="two executions of one program could be given two keys of one component",
    ),
    around(
        Execution,
        "publish_execution_status_change_event",
        status_change_events.publish_if_watched,
        why="two calls for each execution, without effect if there is no rule",
    ),
)

STARTS: tuple[Start, ...] = ()
