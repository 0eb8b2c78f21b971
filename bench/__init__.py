"""How much time the components take, or save, against the raw provider: `python -m bench`.

Both programs run with the same engine, provider and local Azure, in turn, and only their ratio is a result: seconds
depend on the machine.

With the CLI and its file backend `up` and `destroy` measure mostly the state file: that backend writes it whole after
every step, and components add steps and state. `PULUMI_EXPERIMENTAL=true PULUMI_SKIP_CHECKPOINTS=true` in the
environment leaves that out, as a backend that keeps a journal does.
"""
