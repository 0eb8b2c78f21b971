"""Random stacks for the ordering property: what they hold, the program that builds them, and a model of what exists."""
