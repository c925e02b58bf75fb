"""The cloud survives: all that LocalStack holds in memory, written to a file and read again.

- `codec.py` writes objects as typed JSON, and `classes.py` lists the classes that may be in it.
- `services.py`, `objects.py`, `executions.py`, `deliveries.py`, `datapoints.py` and `plugin.py`
  know where the state is: each takes its part and puts it back.
- `instant.py` finds an instant at which no request is half done, and holds it.
- `archive.py` is the file; `checks.py` refuses one that is not as this lab writes it.
- `code.py` says which code of functions a state brings with it.
- `cloud.py` saves and loads the whole. `saver.py`, `keeping.py` and `hooks.py` do it by themselves,
  `page.py` when asked.
"""
