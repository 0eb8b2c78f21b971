"""Local Azure: ARM, tokens, Key Vault, the gateway and two mTLS backends, in one process."""

READY = "ready"
"""The line that the background process prints when every listener answers; progress and `error: …` come before it."""
