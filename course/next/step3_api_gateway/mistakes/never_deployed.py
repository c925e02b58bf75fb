"""Forget the deployment."""

from course.next.step3_api_gateway.solve import API
from course.resources import Resource, remove
from course.rest_apis import STAGE
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Leave the API without a stage."""
    remove(sandbox, Resource("stage", f"{API}#{STAGE}"))
