"""What the plugin starts for the services that moto answers."""

from lab_engine.moto_services import names
from lab_engine.patching import Replacement, Start

PATCHES: tuple[Replacement, ...] = ()

STARTS: tuple[Start, ...] = (Start(names.choose),)
