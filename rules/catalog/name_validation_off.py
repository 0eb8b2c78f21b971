"""The name in a backend's server certificate is not validated."""

from rules.rule import Rule
from rules.severity import Severity, by_environment
from rules.unvalidated import violations

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
    check=lambda setup, _settings: violations(setup, "name"),
)
