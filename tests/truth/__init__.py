"""Random stacks, and random edits of them, whose reports are compared with what really happens."""
