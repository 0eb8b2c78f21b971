"""A policy names a resource of the stack, and does not depend on it."""

from collections.abc import Iterator

from rules.graph import Resource, type_in
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        named = dict(_named(setup, policy))
        reached = setup.graph.reached_from(policy.resource.urn) if named else set()
        # what depends on a resource that is gone was renamed with it: a preview leaves out what else stays the same
        lost = {type_in(urn) for urn in reached if setup.graph.find(urn) is None}
        for key, resource in named.items():
            if resource.urn not in reached and type_in(resource.urn) not in lost:
                detail = f"Policy of {policy.label}: names {key}, and does not depend on {resource.name}"
                yield Violation(resource=policy.resource, detail=detail, key=key)


def _named(setup: Setup, policy: Policy) -> Iterator[tuple[str, Resource]]:
    """How a reference reads -> the resource of the stack that it means."""
    for attribute, value in policy.content.mentions:
        certificate = (
            setup.certificate_named(policy.owner, attribute, value) if policy.owner and literal(value) else None
        )
        if certificate:
            yield f'{attribute}="{value}"', certificate.resource
    for each in policy.routed:
        backend = setup.backend_of(each, policy) if policy.owner else None
        if backend:
            yield f'backend-id="{each.attributes["backend-id"]}"', backend.resource


RULE = Rule(
    id="reference-without-dependency",
    severity=Severity.HIGH,
    what="A policy names a certificate or a backend of the stack as plain text, and does not depend on it",
    why="The policy may be created before what it names, which API Management refuses, and what it names is deleted "
    "before the policy",
    fix="Build the text from the resource's output, or list the resource in `depends_on` of the policy",
    reference="hashicorp/terraform-provider-azurerm#17080, https://www.pulumi.com/docs/iac/concepts/resources/options/dependson/",
    check=_check,
    whole=True,
)
