"""Serves the component `BackendMtls` to programs in every Pulumi language; started by Pulumi (`PulumiPlugin.yaml`)."""

from backend_mtls.plugin import serve

serve()
