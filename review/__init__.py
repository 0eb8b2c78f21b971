"""A preview as a reviewer reads it."""
