"""The gateway of an API Management service: the policies of a call, and the backend behind them."""

from local.azure.gateway.plane import application

__all__ = ["application"]
