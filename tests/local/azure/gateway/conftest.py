"""A service whose every API calls the backend `legacy`, and is accepted there."""

import pytest
from planes import Service

from local.azure import pki, x509


@pytest.fixture
def legacy(service: Service) -> Service:
    pfx = (service.planes.home.pki / "legacy-client.pfx").read_bytes()
    service.certificate("client", x509.read_pkcs12(pfx, pki.LEGACY_CLIENT_PASSWORD)[0])
    service.backend("backend", "https://legacy.backend.internal", chain=False)
    service.policy(
        """<policies><inbound>
          <authentication-certificate certificate-id="client" />
          <set-backend-service backend-id="backend" />
        </inbound><backend><forward-request /></backend><outbound /><on-error /></policies>"""
    )
    return service
