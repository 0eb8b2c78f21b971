"""Soft deletion: a deleted certificate keeps its name until it is recovered or purged.

source: learn.microsoft.com/azure/key-vault/general/soft-delete-overview.
"""

import time

from local.azure.store import Store
from local.azure.vault import certificates
from local.azure.vault.errors import VaultError


def delete(store: Store, vault: str, name: str) -> certificates.Version:
    """Deletes softly; returns the newest version."""
    newest = certificates.get(store, vault, name)
    parent = certificates.required(store, certificates.path(vault, name))
    store.put(parent.id, parent.body, parent.private | {"deleted": int(time.time())})
    return newest


def deleted_at(store: Store, vault: str, name: str) -> int:
    """When a soft-deleted certificate was deleted."""
    parent = store.get(certificates.path(vault, name))
    if parent is None or "deleted" not in parent.private:
        text = f"Deleted Certificate not found: {name}"
        raise VaultError("not_found", text, code="CertificateNotFound")
    return int(parent.private["deleted"])


def recover(store: Store, vault: str, name: str) -> certificates.Version:
    """Takes a soft deletion back."""
    deleted_at(store, vault, name)
    parent = certificates.required(store, certificates.path(vault, name))
    store.put(parent.id, parent.body, {"versions": parent.private["versions"]})
    return certificates.get(store, vault, name)


def purge(store: Store, vault: str, name: str) -> None:
    """Deletes what was deleted softly for good."""
    deleted_at(store, vault, name)
    store.delete(certificates.path(vault, name))
