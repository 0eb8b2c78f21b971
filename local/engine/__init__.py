"""A small Pulumi deployment engine for machines without the `pulumi` CLI.

Owns: running a Python program against provider plugins over Pulumi's own protocol, and the stack's state, kept where
and how the CLI's `file://` backend keeps it, so that either can go on with what the other did.
Does not own: what the program declares, what the providers do, or the commands (`local/deploy`).
"""
