"""The commands that run local Azure: start, stop, status, reset."""
