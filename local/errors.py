"""What a command reports to its user: one clear message and exit code 1, never a traceback.

LocalError
└── NotRunningError     the command needs local Azure, and it is not running
"""


class LocalError(Exception):
    """The message says what, where, what was got and how to fix it."""


class NotRunningError(LocalError):
    """Local Azure is not running; the message says how to start it."""
