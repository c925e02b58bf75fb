"""Make the program of each state machine's definition once: it takes 18 ms, for every execution.

10 ms of it are ANTLR's, 8 ms the building of the program from the syntax tree. Executions of the
same definition share its program: evaluating one writes to its environment only. The one thing that
a component makes for itself is its heap key, which is made safe here.
"""

import functools
from typing import Any

from antlr4 import CommonTokenStream, InputStream
from localstack.services.stepfunctions.asl.antlr.runtime.ASLLexer import ASLLexer
from localstack.services.stepfunctions.asl.antlr.runtime.ASLParser import ASLParser
from localstack.services.stepfunctions.asl.parse.asl_parser import (
    ASLParserException,
    SyntaxErrorListener,
)
from localstack.services.stepfunctions.asl.parse.preprocessor import Preprocessor
from localstack.utils.strings import long_uid

_DEFINITIONS = 64
_HEAP_KEY = "lab_heap_key"


def parse(definition: str) -> tuple[Any, Any]:
    """Parse a definition; take its syntax tree from a cache after the first time."""
    tree = _tree(definition)
    return Preprocessor().visit(tree), tree


@functools.lru_cache(_DEFINITIONS)
def program(definition: str) -> Any:
    """Return the program of a definition. Executions share it, so copy it to change it."""
    return parse(definition)[0]


def program_of_execution(worker: Any) -> Any:
    """Return what an execution evaluates."""
    return program(worker._evaluation_details.state_machine_details.definition)


def heap_key(component: Any) -> str:
    """Return where a component keeps its value in an environment: the same for all threads.

    Two executions may ask for the first time at once, and must not be given two keys.
    """
    kept = vars(component)
    key: str = kept.get(_HEAP_KEY) or kept.setdefault(_HEAP_KEY, long_uid())
    return key


@functools.lru_cache(_DEFINITIONS)
def _tree(definition: str) -> Any:
    listener = SyntaxErrorListener()
    parser = ASLParser(CommonTokenStream(ASLLexer(InputStream(definition))))
    parser.removeErrorListeners()
    parser.addErrorListener(listener)
    tree = parser.state_machine()
    if listener.errors:
        raise ASLParserException(errors=listener.errors)
    return tree
