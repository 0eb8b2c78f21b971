"""The chain of a backend's server certificate is not validated."""

from rules.rule import Rule
from rules.severity import Severity, by_environment
from rules.unvalidated import violations

RULE = Rule(
    id="chain-validation-off",
    severity=by_environment(development=Severity.LOW, staging=Severity.MEDIUM, production=Severity.HIGH),
    what="The chain of the backend's server certificate is not validated",
    why="Whoever can redirect the traffic can pose as the backend with any certificate, and reads every call",
    fix="Switch validation on, and give the service the backend's authority as a CA certificate. Where that cannot be "
    "done, say why (`skip_chain_validation_reason`; in a raw program a line `Chain validation is off: <reason>` in the "
    "description); without a reason the severity is high everywhere",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates"
    "#disable-certificate-chain-validation-for-self-signed-certificates",
    check=lambda setup, _settings: violations(setup, "chain"),
)
