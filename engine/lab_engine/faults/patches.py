"""What the fault switch adds to LocalStack; it replaces nothing."""

from lab_engine.faults import page, requests
from lab_engine.patching import Replacement, Start

PATCHES: tuple[Replacement, ...] = ()

STARTS: tuple[Start, ...] = (Start(requests.install), Start(page.serve))
