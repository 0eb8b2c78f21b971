"""The stacks of this project: their configuration, and what is built from it."""
