"""How much time the components take, or save, against the raw provider: `python -m bench`.

Both programs run with the same engine, provider and local Azure, in turn, and only their ratio is a result: seconds
depend on the machine.
"""
