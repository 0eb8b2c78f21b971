"""The type tokens of the components, as they stand in every state and preview. Pure."""

PACKAGE = "backend-mtls"
"""Name of the package in every Pulumi language."""


def of(component: str) -> str:
    """The token of a component, for instance of `MtlsApi`. It is part of URNs: another one would replace everything."""
    return f"{PACKAGE}:index:{component}"
