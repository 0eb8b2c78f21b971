"""Older revisions are asked for by their numbers, and what cannot be asked for is no reason to let go of them."""

from typing import Any

import pulumi
import pytest
from backend_mtls.arguments import ArgumentsError
from declared import api, existing, pfx_certificate
from program import EXISTING, Azure, run

BOUND = """<policies><inbound><base /><authentication-certificate thumbprint="{0}" /></inbound>
<backend><base /></backend><outbound><base /></outbound></policies>"""


class Revised(Azure):
    """A service that has some revisions of one API."""

    def __init__(self, *numbers: int, policy: str | None = None, fault: str | None = None) -> None:
        super().__init__()
        self.numbers = numbers
        self.policy = policy
        self.fault = fault
        self.asked: list[str] = []

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        if args.token.endswith(":getApiPolicy") and ";rev=" in args.args["apiId"]:
            return {"value": self.policy} if self.policy else {}
        if not args.token.endswith(":getApi"):
            return super().call(args)
        self.asked.append(args.args["apiId"])
        name, _, number = args.args["apiId"].partition(";rev=")
        if self.fault is not None and number:
            return {}, [("", f'Code="x" Message="{self.fault}"')]
        if number and int(number) not in self.numbers:
            return {}, [("", 'Code="ResourceNotFound" Message="API not found."')]
        return {"id": f"/apis/{name}", "path": name, "apiRevision": str(max(self.numbers))}


def deployed(azure: Revised, revision: str) -> Revised:
    run(lambda: api(pfx_certificate(existing()), revision=revision), azure)
    return azure


def owned(azure: Azure, kind: str = "Api") -> list[str]:
    return sorted(inputs["apiId"] for inputs in azure.inputs(kind).values() if ";rev=" in inputs["apiId"])


def test_every_older_revision_is_owned() -> None:
    assert owned(deployed(Revised(1, 2, 3), "3")) == ["orders;rev=1", "orders;rev=2"]
    assert owned(deployed(Revised(1, 2, 3), "4")) == ["orders;rev=1", "orders;rev=2", "orders;rev=3"]


def test_one_that_somebody_deleted_hides_no_other() -> None:
    assert owned(deployed(Revised(1, 4), "4")) == ["orders;rev=1"]


def test_numbers_that_begin_high_are_not_all_asked_for() -> None:
    azure = deployed(Revised(20261125), "20261125")
    assert azure.asked == ["orders", *(f"orders;rev={each}" for each in (20261124, 20261123, 20261122))]
    assert owned(azure) == []


def test_without_a_number_nothing_is_asked() -> None:
    azure = Revised(1, 2)
    run(lambda: api(pfx_certificate(existing())), azure)
    assert azure.asked == []
    assert owned(azure) == []


def test_a_policy_that_binds_nothing_is_left_alone() -> None:
    assert owned(deployed(Revised(1, 2, policy=BOUND.format("AB" * 20)), "2"), "ApiPolicy") == ["orders;rev=1"]
    plain = "<policies><inbound><base /></inbound><backend><base /></backend><outbound /></policies>"
    assert owned(deployed(Revised(1, 2, policy=plain), "2"), "ApiPolicy") == []


def refused(azure: Revised, revision: str) -> str:
    with pytest.raises(ArgumentsError) as caught:
        deployed(azure, revision)
    assert azure.inputs("Api") == {}
    return str(caught.value)


def test_what_cannot_be_read_is_refused_and_not_taken_to_be_gone() -> None:
    assert refused(Revised(1, 2, fault="You have no right."), "2") == (
        "1 problem found; nothing of these components was registered\n"
        "1. The revisions of the API cannot be read\n"
        "    where:   MtlsApi orders: revision\n"
        '    got:     2: "You have no right." ()\n'
        "    allowed: an answer of Azure: without it, an older revision would be taken to be gone\n"
        "    fix:     try again, or correct your rights; leave revision out if the API has never had one"
    )


def test_a_policy_that_cannot_be_bound_anew_is_refused_with_the_command_that_deletes_the_revision() -> None:
    broken = '<policies><inbound /><inbound><authentication-certificate thumbprint="x" /></inbound></policies>'
    assert refused(Revised(1, 2, policy=broken), "2") == (
        "1 problem found; nothing of these components was registered\n"
        "1. The policy of an older revision cannot follow the certificate\n"
        "    where:   MtlsApi orders: revision\n"
        "    got:     revision 1: <inbound> stands twice\n"
        "    allowed: a policy that can be bound, in every revision of the API\n"
        "    fix:     delete the revision: az rest --method delete --headers If-Match=* --url "
        f'"https://management.azure.com{EXISTING["id"]}/apis/orders;rev=1?api-version=2024-05-01"'
    )
