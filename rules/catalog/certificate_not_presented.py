"""A backend names a client certificate, and no policy presents one to it."""

from collections.abc import Iterator

from rules.backend import Backend
from rules.evaluation import of_policy
from rules.outcome import Choice
from rules.policy import Policy
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    policies = [each for each in setup.policies if each.scope != "fragment"]
    for backend in setup.backends:
        if not backend.has_certificate or backend.owner is None:
            continue
        if backend.resource.get("properties", "serviceFabricCluster"):  # the one kind that uses its credentials
            continue
        around = [each for each in policies if each.owner in (backend.owner, None)]
        if not any(_may_present(setup, each, backend) for each in around):
            detail = (
                f"Backend {backend.label}: its credentials name a client certificate, and no policy that routes to it "
                "presents one"
            )
            yield Violation(resource=backend.resource, detail=detail)


def _may_present(setup: Setup, policy: Policy, backend: Backend) -> bool:
    if policy.owner is None:
        return True
    for each in of_policy(setup, policy).outcomes:
        if each.ended or each.presented.is_none:
            continue
        # of a product, the API routes, and the product's policy runs around its policy
        if policy.scope == "product" or each.routed.is_unknown or _reaches(setup, policy, each.routed, backend):
            return True
    return False


def _reaches(setup: Setup, policy: Policy, routed: Choice, backend: Backend) -> bool:
    if routed.attribute != "backend-id":
        return False
    named = setup.backend_named(policy.owner, routed.value)
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
