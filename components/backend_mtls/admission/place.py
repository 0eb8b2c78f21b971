"""Where an entity stands, as far as the checks have to know. Pure."""

from dataclasses import dataclass

from backend_mtls.admission.service_definition import ServiceFacts


@dataclass(frozen=True, kw_only=True)
class Place:
    """A service, and perhaps a workspace in it."""

    service: ServiceFacts
    """The service."""
    workspace_id: str | None = None
    """The workspace. Left out: the service itself."""

    @property
    def key(self) -> str:
        """What tells this place from another one of the program: `group/name[/workspace]`."""
        return f"{self.service.key}/{self.workspace_id}" if self.workspace_id else self.service.key
