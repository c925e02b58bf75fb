"""Parse each state machine's definition once: ANTLR takes 10 ms, for every execution.

Only the syntax tree is kept, not the program made from it, which must be new for each execution.
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

_DEFINITIONS = 64


def parse(definition: str) -> tuple[Any, Any]:
    """Parse a definition; take its syntax tree from a cache after the first time."""
    tree = _tree(definition)
    return Preprocessor().visit(tree), tree


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
