"""A gateway that may do more in a vault than read."""

from collections.abc import Iterator

from rules.access import is_to_gateway, may_be_to_gateway
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.vault import Grant

_READING = frozenset(f"{kind}/{each}" for kind in ("secrets", "certificates") for each in ("get", "list"))
_DESTRUCTIVE = frozenset({"all", "purge", "delete", "set"})
_ADMINISTRATORS = frozenset({"Owner", "Contributor", "Key Vault Administrator", "User Access Administrator"})


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for grant in setup.grants:
        problems = list(_permission_problems(grant) if grant.role is None else _role_problems(setup, grant))
        if problems and may_be_to_gateway(setup, grant):
            subject = "The access policy" if grant.role is None else f"The {grant.label}"
            detail = f"{subject} {grant.resource.name} " + "; ".join(detail for detail, _ in problems)
            severity = max(severity for _, severity in problems)
            key = grant.principal_id or "" if grant.resource.type.endswith(":Vault") else ""
            yield Violation(resource=grant.resource, detail=detail, severity=severity, key=key)


def _role_problems(setup: Setup, grant: Grant) -> Iterator[tuple[str, Severity]]:
    role = grant.role or ""
    if role in _ADMINISTRATORS or role.endswith(" Officer"):
        yield "lets a gateway do more than read", Severity.HIGH
    if role.startswith("Key Vault ") and grant.is_wide and is_to_gateway(setup, grant):
        yield f"is for more than one vault: {grant.scope}", Severity.MEDIUM


def _permission_problems(grant: Grant) -> Iterator[tuple[str, Severity]]:
    more = sorted(set(grant.permissions or ()) - _READING)
    if more:
        is_destructive = any(each.rpartition("/")[2] in _DESTRUCTIVE for each in more)
        yield f"allows {', '.join(more)}", Severity.HIGH if is_destructive else Severity.MEDIUM


RULE = Rule(
    id="role-too-wide",
    severity=Severity.HIGH,
    what="The gateway's identity may do more than read certificates of one vault",
    why="Whoever takes over the gateway can then change or delete what is in the vault, or read other vaults",
    fix="Grant the role Key Vault Certificate User on the one vault, or with access policies secret get and list. A "
    "wider scope, and a permission that neither changes nor deletes secrets, are medium",
    reference="https://learn.microsoft.com/azure/key-vault/general/rbac-guide",
    check=_check,
)
