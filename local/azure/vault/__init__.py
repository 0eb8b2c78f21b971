"""Key Vault: certificates, and the secrets that stand behind them."""

from local.azure.vault.plane import application

__all__ = ["application"]
