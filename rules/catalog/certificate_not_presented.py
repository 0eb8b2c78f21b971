"""A backend names a client certificate, and no policy presents one to it."""

from collections.abc import Iterator

from rules.backend import Backend
from rules.inheritance import Flow, flow
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    flows = [(each, flow(setup, each)) for each in setup.policies if each.scope != "fragment"]
    for backend in setup.backends:
        if not backend.has_certificate or backend.owner is None:
            continue
        if backend.resource.get("properties", "serviceFabricCluster"):  # the one kind that uses its credentials
            continue
        around = [(policy, met) for policy, met in flows if policy.owner in (backend.owner, None)]
        if not any(_may_present(setup, policy, met, backend) for policy, met in around):
            detail = (
                f"Backend {backend.label}: its credentials name a client certificate, and no policy that routes to it "
                "presents one"
            )
            yield Violation(resource=backend.resource, detail=detail)


def _may_present(setup: Setup, policy: Policy, met: Flow, backend: Backend) -> bool:
    if policy.owner is None or not met.is_readable:
        return True
    if policy.scope == "product":  # the API routes, and the product's policy runs around its policy
        return bool(met.presents)
    return bool(met.presents) and any(
        _reaches(setup, at, each.attributes.get("backend-id"), backend)
        for at, each in met.elements
        if each.name == "set-backend-service"
    )


def _reaches(setup: Setup, policy: Policy, name: str | None, backend: Backend) -> bool:
    if name is None:
        return False
    if literal(name) is None:
        return True
    named = setup.backend_named(policy.owner, name)
    return named is backend or (named is not None and any(each is backend for each in setup.members_of(named)))


RULE = Rule(
    id="certificate-not-presented",
    severity=Severity.HIGH,
    what="A backend's credentials name a client certificate, and no policy presents one to it",
    why="For an HTTP backend the gateway ignores them: it presents nothing, and a backend that asks for a certificate "
    "refuses every call",
    fix="Add `<authentication-certificate certificate-id=… />` to the policy that routes to the backend",
    reference="https://learn.microsoft.com/answers/questions/5808706 (Microsoft Q&A 5808706), "
    "https://learn.microsoft.com/azure/api-management/authentication-certificate-policy",
    check=_check,
    whole=True,
)
