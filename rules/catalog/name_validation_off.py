"""The name in a backend's server certificate is not validated."""

from collections.abc import Iterator

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity, by_environment


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for backend in setup.backends:
        if backend.validates_name is not False or backend.is_pool:
            continue
        if backend.name_reason is None:
            detail = f"Backend {backend.label}: the name is not validated, and its description gives no reason"
            yield Violation(resource=backend.resource, detail=detail, severity=Severity.HIGH)
        else:
            detail = f"Backend {backend.label}: the name is not validated. Reason: {backend.name_reason}"
            yield Violation(resource=backend.resource, detail=detail)


RULE = Rule(
    id="name-validation-off",
    severity=by_environment(development=Severity.LOW, staging=Severity.MEDIUM, production=Severity.HIGH),
    what="The name in the backend's server certificate is not compared with the URL",
    why="Any certificate of a trusted authority will do, so that another host of the same authority can pose as the "
    "backend",
    fix="Call the backend by a name that its certificate has. Where that cannot be done, say why "
    "(`skip_name_validation_reason`; in a raw program a line `Name validation is off: <reason>` in the description); "
    "without a reason the severity is high everywhere",
    reference="https://learn.microsoft.com/rest/api/apimanagement/backend/create-or-update#backendtlsproperties",
    check=_check,
)
