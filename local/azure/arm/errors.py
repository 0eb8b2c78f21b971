"""How ARM refuses: `{"error": {"code", "message", "details": [{"code", "target", "message"}] | null}}`."""

from typing import Any

NOT_SERVED = "NotServedByLocalAzure"


class ArmError(Exception):
    """One refusal; `details` are (target, message) pairs."""

    def __init__(self, status: int, code: str, message: str, details: list[tuple[str, str]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    @property
    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        details = [{"code": self.code, "target": t, "message": m} for t, m in self.details or ()] or None
        return {"error": {"code": self.code, "message": self.message, "details": details}}


def invalid(*details: tuple[str, str]) -> ArmError:
    """Field errors. source: azure-powershell#8957, apiops#343."""
    return ArmError(400, "ValidationError", "One or more fields contain incorrect values:", list(details))


def not_found(entity: str) -> ArmError:
    """An API Management entity that is not there."""
    return ArmError(404, "ResourceNotFound", f"{entity} not found.")


def resource_not_found(resource: str, group: str) -> ArmError:
    """A top-level resource that is not there; `resource` is `<type>/<name>`."""
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{resource}' under resource group '{group}' was not found."
        " For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def not_served(what: str) -> ArmError:
    """Azure may know it, local Azure does not: never a silent success."""
    return ArmError(501, NOT_SERVED, f"Local Azure does not serve {what}. Azure itself may: it was not asked.")
