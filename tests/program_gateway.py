"""A service on local Azure whose policies change, called and compared with what the evaluation says of them."""

import base64
import http.client
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from certificates import Made, make
from conftest import LocalAzure
from mtls_server import Backend, serving
from policy_programs import THUMBPRINTS, URL, Programs, holds
from rule_policies import fragment, product_policy
from rule_resources import api, api_policy, entity, service

from local.azure import x509
from rules.evaluation import at
from rules.graph import Graph
from rules.outcome import Choice, Outcome
from rules.setup import Setup

SUMMARY = "one of more than"
KEYS = {None: "api-key", "gold": "gold-key"}
"""Product -> the key with which its policy runs."""
SCOPES = {
    "service": "",
    "product": "/products/gold",
    "api": "/apis/programs",
    "operation": "/apis/programs/operations/get",
}


@dataclass(frozen=True)
class Happened:
    """What came of one call."""

    status: int
    attempts: tuple[tuple[str, str], ...]
    """What was presented (`a`, `b` or nothing) to whom (the first part of the path), in order."""


@dataclass
class Counted:
    """What was compared."""

    calls: int = 0
    attempts: int = 0
    exact: int = 0
    """Calls of which nothing was predicted that did not happen."""
    unknown: int = 0
    """Calls of which an unknown outcome was predicted."""
    summarised: int = 0
    """Calls of which an outcome was predicted only because too many combinations lead to it."""


class Gateway:
    """A service with two certificates, two backend entities and one API, whose policies change."""

    def __init__(
        self, azure: LocalAzure, name: str, backend: Backend, certificates: dict[str, Made], root: bytes
    ) -> None:
        self.azure, self.backend = azure, backend
        self.names = {each.thumbprint: name for name, each in certificates.items()}
        self.thumbprints = {THUMBPRINTS[name]: each.thumbprint for name, each in certificates.items()}
        self.counted = Counted()
        group = f"{azure.subscription}/resourceGroups/rg-{name}"
        self.path = f"{group}/providers/Microsoft.ApiManagement/service/apim-{name}"
        assert azure.arm("PUT", group, {"location": "westeurope"}, "2024-03-01").status == 201
        trusted = {"storeName": "Root", "encodedCertificate": base64.b64encode(root).decode()}
        body = {"publisherEmail": "team@example.com", "publisherName": "Team", "certificates": [trusted]}
        sku = {"name": "Developer", "capacity": 1}
        assert azure.arm("PUT", self.path, {"location": "westeurope", "sku": sku, "properties": body}).status == 201
        for identity, each in certificates.items():
            self.put(f"/certificates/{identity}", {"data": each.base64()})
        for identity in ("one", "two"):
            self.put(f"/backends/{identity}", {"url": f"{backend.url}/{identity}", "protocol": "http"})
        own = {
            "displayName": "Programs",
            "path": "programs",
            "protocols": ["https"],
            "serviceUrl": f"{backend.url}/own",
        }
        self.put("/apis/programs", own)
        get = {"displayName": "Get", "method": "GET", "urlTemplate": "/*"}
        self.put("/apis/programs/operations/get", get)
        self.put("/products/gold", {"displayName": "Gold", "subscriptionRequired": True})
        self.put("/products/gold/apiLinks/programs", {"apiId": f"{self.path}/apis/programs"})
        for scope, key in (("/apis/programs", "api-key"), ("/products/gold", "gold-key")):
            keyed = {"displayName": key, "scope": f"{self.path}{scope}", "primaryKey": key, "state": "active"}
            self.put(f"/subscriptions/{key}", keyed)
        url = urlsplit(azure.arm("GET", self.path).body["properties"]["gatewayUrl"])
        self.connection = http.client.HTTPSConnection(url.hostname or "", url.port, timeout=30, context=azure.tls)
        self.deployed: dict[str, str] = {}

    def put(self, path: str, properties: dict[str, object]) -> None:
        answer = self.azure.arm("PUT", self.path + path, {"properties": properties})
        assert answer.status in {200, 201, 202}, (path, answer.body)

    def deploy(self, programs: Programs) -> None:
        """Fragments are written first and deleted last: policies refer to them."""
        wanted = {f"/policyFragments/{name}": text for name, text in programs.fragments.items()}
        wanted |= {f"{SCOPES[name]}/policies/policy": text for name, text in programs.documents.items()}
        for path, text in wanted.items():
            if self.deployed.get(path) != text:
                self.put(path, {"format": "rawxml", "value": self.real(text)})
                self.deployed[path] = text
        for path in sorted((each for each in self.deployed if each not in wanted), key=lambda each: "Fragment" in each):
            assert self.azure.arm("DELETE", self.path + path).status in {200, 204}
            del self.deployed[path]

    def real(self, text: str) -> str:
        """With this backend's URL and these certificates' thumbprints."""
        for placeholder, value in (self.thumbprints | {URL: self.backend.url}).items():
            text = text.replace(placeholder, value)
        return text

    def call(self, key: str, headers: frozenset[str]) -> Happened:
        self.backend.calls.clear()
        self.backend.paths.clear()
        sent = {"Ocp-Apim-Subscription-Key": key} | dict.fromkeys(sorted(headers), "yes")
        self.connection.request("GET", "/programs/x", headers=sent)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status not in {500, 501}, content
        places = (path.split("/")[1] for path in self.backend.paths)
        presented = (self.names[each] if each else "" for each in self.backend.calls)
        return Happened(answer.status, tuple(zip(presented, places, strict=True)))

    def setup(self, programs: Programs) -> Setup:
        """The same as a stack declares it, beside another API whose operation has the same id."""
        texts = {name: self.real(text) for name, text in programs.documents.items()}
        other = "<policies><inbound><return-response /></inbound></policies>"
        found = [
            service(),
            api("programs"),
            api("other"),
            entity("Product", "gold", productId="gold"),
            entity("ProductApi", "gold", productId="gold", apiId="programs"),
            entity("ApiOperationPolicy", "other", apiId="other", operationId="get", policyId="policy", value=other),
            *(fragment(name, value=self.real(text)) for name, text in programs.fragments.items()),
        ]
        certificates = [(name, thumbprint) for thumbprint, name in self.names.items()]
        found += [entity("Certificate", name, certificateId=name, thumbprint=each) for name, each in certificates]
        if "service" in texts:
            found.append(entity("Policy", "global", policyId="policy", value=texts["service"]))
        if "product" in texts:
            found.append(product_policy("gold", value=texts["product"]))
        if "api" in texts:
            found.append(api_policy("programs", value=texts["api"]))
        if "operation" in texts:
            own = {"apiId": "programs", "operationId": "get", "policyId": "policy", "value": texts["operation"]}
            found.append(entity("ApiOperationPolicy", "get", **own))
        return Setup(Graph(stack="test", project="project", resources=tuple(found)))

    def compare(self, programs: Programs, evaluated: Programs | None = None) -> None:
        """Calls with every key and every combination of headers; the evaluation is that of the same policies."""
        self.deploy(programs)
        setup = self.setup(evaluated or programs)
        for product, key in KEYS.items():
            absent = "operation" not in programs.documents
            outcomes = at(setup, ("apim", "operation", "programs/get"), "programs", product, absent=absent).outcomes
            for size in range(len(programs.headers) + 1):
                for headers in map(frozenset, itertools.combinations(programs.headers, size)):
                    possible = [each for each in outcomes if can_hold(each, headers)]
                    happened = self.call(key, headers)
                    told = (product, sorted(headers), happened, possible, programs)
                    for one in happened.attempts or (None,):
                        assert any(self.is_it(each, one, happened.status) for each in possible), told
                    self.count(programs, headers, possible, happened, told)

    def count(
        self, programs: Programs, headers: frozenset[str], possible: list[Outcome], happened: Happened, told: object
    ) -> None:
        """Where only headers decide, nothing is predicted that does not happen.

        The evaluation's own limit: where more than 24 combinations of conditions lead to one outcome, it is predicted
        of every call.
        """
        missing = [
            each
            for each in possible
            if not any(self.is_it(each, one, happened.status) for one in happened.attempts or (None,))
        ]
        is_unknown = any(each.presented.is_unknown for each in possible)
        summarised = [each for each in possible if is_summarised(each, headers)]
        if programs.only_headers_decide:
            assert [each for each in missing if each not in summarised] == [], told
            assert not is_unknown, told
        self.counted.calls += 1
        self.counted.attempts += len(happened.attempts)
        self.counted.exact += not missing and not is_unknown
        self.counted.unknown += is_unknown
        self.counted.summarised += bool(summarised)

    def is_it(self, outcome: Outcome, attempt: tuple[str, str] | None, status: int) -> bool:
        """Whether an outcome is an attempt, or without one that nobody was called."""
        return self.is_sent(outcome, attempt) if attempt else is_end(outcome, status)

    def is_sent(self, outcome: Outcome, attempt: tuple[str, str]) -> bool:
        """Whether an outcome is what a backend saw."""
        presented, place = attempt
        return not outcome.ended and self.presents(outcome.presented, presented) and self.goes(outcome.routed, place)

    def presents(self, choice: Choice, name: str) -> bool:
        named = self.names.get(choice.value.upper(), choice.value.lower())
        return choice.is_unknown or ("" if choice.is_none else named) == name

    def goes(self, choice: Choice, place: str) -> bool:
        named = choice.value.removeprefix(f"{self.backend.url}/")
        return choice.is_unknown or ("own" if choice.is_none else named) == place


@contextmanager
def started(azure: LocalAzure, folder: Path, name: str) -> Iterator[Gateway]:
    """A service of this name, and a backend that tells what was presented to it."""
    root = x509.issue("CN=Root", x509.new_elliptic_key(), authority=True)
    leaf = x509.issue(
        "CN=localhost", x509.new_elliptic_key(), issuer=root, names=["localhost"], usages=[x509.SERVER_AUTH]
    )
    (folder / "server.pem").write_bytes(leaf.key_pem + leaf.pem)
    certificates = {name: make(f"client-{name}") for name in ("a", "b")}
    accepted = b"".join(each.pem for each in certificates.values())
    with serving(Backend(folder / "server.pem", accepted)) as backend:
        made = Gateway(azure, name, backend, certificates, Made(root.key, root.certificate).der)
        yield made
        made.connection.close()


def can_hold(outcome: Outcome, headers: frozenset[str]) -> bool:
    """Whether a call with these headers may have the outcome."""
    return any(all(_turns_out(each.text, headers, each.holds) for each in way) for way in outcome.ways)


def is_summarised(outcome: Outcome, headers: frozenset[str]) -> bool:
    """Whether a call with these headers may have the outcome for all that is known, but by no way that is told."""
    told = [way for way in outcome.ways if not any(each.text.startswith(SUMMARY) for each in way)]
    return not any(all(_turns_out(each.text, headers, each.holds) for each in way) for way in told)


def _turns_out(text: str, headers: frozenset[str], expected: bool) -> bool:
    if text.startswith(("the call is tried again", SUMMARY)):
        return expected
    known = holds(text, headers)
    return known is None or known is expected


def is_end(outcome: Outcome, status: int) -> bool:
    """Whether an outcome is that nobody was called, and this answer."""
    if outcome.ended == "the policy does not forward the call":
        return status == 200
    return outcome.ended.rpartition(" ")[2] == str(status) or (outcome.presented.is_unknown and bool(outcome.ended))
