"""What a production stack must not lose, and may delete by mistake."""

from collections.abc import Iterator

from rules.graph import Resource
from rules.places import source_of
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, settings: Settings) -> Iterator[Violation]:
    if not settings.is_production:
        return
    kept = [each.resource for each in setup.services] + [each.resource for each in setup.vaults]
    groups = [
        each
        for each in setup.graph.of_type("resources:ResourceGroup")
        if any(_is_in(setup, resource, each) for resource in kept)
    ]
    for resource in (*kept, *groups):
        if not resource.protect:
            kind = resource.type.rpartition(":")[2]
            yield Violation(resource=resource, detail=f"{kind} {resource.name} is not protected from deletion")


def _is_in(setup: Setup, resource: Resource, group: Resource) -> bool:
    name, own = resource.text("resourceGroupName"), group.text("resourceGroupName") or group.text("name")
    if name and own:
        return name.lower() == own.lower()
    return source_of(setup.graph, resource, "resourceGroupName", "ResourceGroup") == group


RULE = Rule(
    id="unprotected-production",
    severity=Severity.MEDIUM,
    what="In production a service, a vault, or a resource group that holds one can be deleted by a deployment",
    why="An edit that replaces or drops it takes down every API, and what only lives there: keys, secrets, the "
    "gateway's address",
    fix="Give it the option `protect=True`; with the components, to the component around it",
    reference="https://www.pulumi.com/docs/iac/concepts/options/protect/",
    check=_check,
)
