"""Entry of `python -m lab`."""

import contextlib
import sys

from lab.interruption import Interrupted, end_when_asked_to, raise_when_asked_to_end

try:
    raise_when_asked_to_end()  # first: importing the command line takes a third of a second
    from lab.cli import main

    main()
except Interrupted as interrupted:
    end_when_asked_to()
    with contextlib.suppress(OSError):  # the terminal may be what went away
        from lab.console import err
        from lab.language import say

        err.print("[red]✗[/red] " + say("Interrupted."))
    sys.exit(interrupted.status)
finally:
    end_when_asked_to()
