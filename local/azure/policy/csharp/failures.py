"""Why an expression has no value."""


class NotServedExpressionError(Exception):
    """C# knows this, or may know it; local Azure does not. The message says what of the expression."""


TOO_DEEP = "an expression of this depth"
"""What is refused where Python's own stack ends."""


class ThrownError(Exception):
    """The expression throws, as it would in .NET; the message is .NET's."""
