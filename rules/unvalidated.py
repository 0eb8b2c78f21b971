"""What the two rules about validation share: each is about one part of the server certificate."""

from collections.abc import Iterator

from rules.backend import Part
from rules.rule import Violation
from rules.setup import Setup
from rules.severity import Severity


def violations(setup: Setup, part: Part) -> Iterator[Violation]:
    """Every backend of which this part is not validated; without a reason it is high everywhere."""
    for backend in setup.backends:
        validation = backend.validations[part]
        if validation.on is not False or backend.is_pool:
            continue
        if validation.reason is None:
            detail = f"Backend {backend.label}: the {part} is not validated, and its description gives no reason"
            yield Violation(resource=backend.resource, detail=detail, severity=Severity.HIGH)
        else:
            detail = f"Backend {backend.label}: the {part} is not validated. Reason: {validation.reason}"
            yield Violation(resource=backend.resource, detail=detail)
