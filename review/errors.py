"""What `python -m review` refuses."""


class ReviewError(Exception):
    """A file that is not what it should be. The message says what, where, got, allowed and the fix."""
