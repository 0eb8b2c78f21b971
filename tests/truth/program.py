"""The Pulumi program: builds the stack in `TRUTH_FILE` with the components."""

import json
import os
from pathlib import Path

from backend_mtls import (
    ApiManagement,
    BackendSettings,
    ClientCertificate,
    ClientCertificatePolicy,
    ClientCertificatePolicyArgs,
    MtlsApi,
    MtlsApiArgs,
    PfxSource,
)
from backend_mtls.policy_scope import PolicyScope

from truth.stacks import OUTER, document


def build() -> None:
    """Everything in the stack."""
    file = Path(os.environ["TRUTH_FILE"])
    stack = json.loads(file.read_text())
    service = ApiManagement.from_existing(
        "service", resource_group_name="rg-truth", service_name=stack["services"][stack["service"]]
    )
    certificates = {
        name: ClientCertificate.from_pfx(
            name,
            service=service,
            source=PfxSource(data=(file.parent / f"{given['file']}.pfx").read_bytes(), password=""),
            certificate_id=given["id"],
        )
        for name, given in stack["certificates"].items()
    }
    for name, given in stack["apis"].items():
        reason = None if given["chain"] else "a test"
        MtlsApi(
            name,
            MtlsApiArgs(
                api_id=given["id"],
                path=given["path"],
                certificate=certificates[given["certificate"]],
                subscription_required=given["key"],
                operations=("GET /*",),
                policy=None if given["policy"] is None else document(given["policy"]),
                backend=BackendSettings(
                    url=f"https://{given['backend']}.backend.internal",
                    skip_chain_validation_reason=reason,
                    skip_name_validation_reason=reason,
                ),
            ),
        )
    if stack["outer"]:
        inbound = OUTER[stack["outer"]]
        ClientCertificatePolicy(
            "outer",
            ClientCertificatePolicyArgs(
                service=service,
                scope=PolicyScope.service(),
                certificate=certificates[min(certificates)],
                document=f"<policies><inbound>{inbound}</inbound><backend><forward-request /></backend><outbound />"
                "<on-error /></policies>",
            ),
        )
