"""One API behind mTLS, by itself: everything but the service, the certificate and a backend that others share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backend_mtls.admission.backend_settings import BackendSettings
from backend_mtls.admission.inputs import Input

Part = Literal["api", "backend", "policy"]
"""What an API consists of."""
Existing = Literal["refuse", "replace"]
"""What to do about an element of a policy that says something else than what is bound."""


@dataclass(frozen=True, kw_only=True)
class ApiDefinition:
    """An API, its backend and its policy."""

    backend: BackendSettings | None = None
    """Where the calls go: a backend of its own, whose id is that of the API. Left out: a backend that is shared."""
    path: Input[str] | None = None
    """Path under the gateway's URL, without slashes around it; empty for one API of the service, which gets the calls
    that no other path matches. Left out: that of an API that exists already."""
    api_id: str | None = None
    """Id of the API, 1-80 characters, known at plan time: everything below the API is named by it. Left out: the
    component's name."""
    existing_api: bool = False
    """Whether somebody else owns the API, with its operations: only backend and policy are deployed. Left out: the API
    is deployed here."""
    display_name: Input[str] | None = None
    """Shown in the portal, 1-300 characters. Left out: the component's name."""
    protocols: Sequence[str] = ("https",)
    """How callers reach the gateway: `https`, `http`, or both."""
    operations: Sequence[str] | None = None
    """`METHOD /template`, for instance `GET /items/{id}`, known at plan time: ids are made from them; the rest is
    answered with 404. Left out: those of `openapi`, of an adopted API those that it has, otherwise every GET."""
    openapi: Input[str] | None = None
    """An OpenAPI document, JSON or YAML, whose operations are imported by Azure. Left out: `operations` says them."""
    subscription_required: Input[bool] = True
    """Whether a caller needs a subscription key."""
    revision: str | None = None
    """Number of the current revision, known at plan time, on a service whose names are. The next number makes a new
    revision out of the deployed one, with its operations and its policy (Azure by itself would leave the policy behind:
    terraform-provider-azurerm#28552). Older revisions are taken over as they are, what their policies bind follows, and
    they end with the API. Left out: no revision is made; older ones that were taken over are deleted."""
    version: Input[str] | None = None
    """Version of the API in its `version_set`, 1-100 characters: APIs of one set may share a path. Left out: of an
    adopted API the one that it has, otherwise none."""
    version_set: Input[str] | None = None
    """The version set: its ARM id (`id` of an azure-native `ApiVersionSet`), or the id of one that the service, or the
    workspace, has already. Left out: of an adopted API the one that it has, otherwise none."""
    policy: str | Path | None = None
    """The API's own policy XML or its file, into which certificate and backend are bound; known at plan time, so that a
    preview shows the text. A value that only the deployment knows belongs into a named value of the service, which the
    policy names as `{{name}}`. Left out: every section inherits."""
    existing_elements: Existing = "refuse"
    """What to do about an unconditional element in the policy that names another certificate or backend: an error, or
    replaced by what is bound here."""
    adopt: Sequence[Part] = ()
    """What exists already and is taken over by import, then owned and updated where it differs: any of `api`,
    `backend`, `policy`. As long as it is named here, an API keeps what no argument says (names of its key parameters,
    URL of its own, description, version), and a backend what is left out. Left out: nothing; what exists already is an
    error."""

    @property
    def deployed_operations(self) -> Sequence[str]:
        """The operations that are deployed one by one."""
        if self.operations is not None:
            return self.operations
        return () if self.openapi or "api" in self.adopt else ("GET /*",)
