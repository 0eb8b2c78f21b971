"""N APIs behind mTLS, with the components of this project."""

from backend_mtls import ApiManagement, BackendSettings, ClientCertificate, MtlsApi, MtlsApiArgs, PfxSource

from bench.programs import RESOURCE_GROUP, SERVICE, api_names, backend_url, pfx


def build() -> None:
    """One certificate; for each API the API itself, its backend and its policy."""
    service = ApiManagement.from_existing("service", resource_group_name=RESOURCE_GROUP, service_name=SERVICE)
    data, password = pfx()
    source = PfxSource(data=data, password=password)
    certificate = ClientCertificate.from_pfx("client", service=service, source=source)
    for api in api_names():
        backend = BackendSettings(url=backend_url(api))
        MtlsApi(api, MtlsApiArgs(service=service, certificate=certificate, backend=backend, path=api, operations=()))
