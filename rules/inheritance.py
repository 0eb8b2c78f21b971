"""Which scopes around a policy the graph can speak of: a policy that is absent is the default, or somebody else's."""

from rules.places import service_part
from rules.policy import Policy
from rules.setup import Place, Setup


def missing_around(setup: Setup, policy: Policy) -> list[Place]:
    """The scopes around a policy of which nobody can say what they do: their policy is somebody else's."""
    places = setup.places_around(policy.owner, policy.scope, policy.api_id)
    return [each for each in places if setup.policy_at(*each) is None and not is_default(setup, each)]


def is_default(setup: Setup, place: Place) -> bool:
    """Whether this stack owns what the policy would be of, and so would have declared a policy if there was one."""
    owner, scope, scope_id = place
    if not setup.graph.whole or owner is None:
        return False
    if scope == "service":
        return setup.service_of(owner) is not None
    if scope == "workspace":
        wanted = owner.removeprefix(f"{service_part(owner)}/")
        workspaces = setup.graph.of_type("apimanagement:Workspace")
        return any((each.text("workspaceId") or "").lower() == wanted for each in workspaces)
    if scope == "product":
        products = setup.graph.of_type("apimanagement:Product", "apimanagement:WorkspaceProduct")
        return any(each.text("productId") == scope_id for each in products)
    return any(each.owner == owner and scope_id in (each.api_id, each.resource.urn) for each in setup.apis)
