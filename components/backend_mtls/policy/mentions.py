"""What a policy document names: certificates and backends, by attributes and in expressions. Pure.

Besides what is presented to the backend: what `send-request` presents, what `validate-jwt` takes keys from, the issuers
of `validate-client-certificate`, and what an expression reads from `context.Deployment.Certificates`. Source:
learn.microsoft.com/azure/api-management/api-management-policy-expressions, and the attributes of each policy.
"""

import re
from collections.abc import Iterable, Iterator

from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.outline import tokens_of
from backend_mtls.policy.scanner import Token

CERTIFICATE_ID = "certificate-id"
THUMBPRINT = "thumbprint"
BACKEND_ID = "backend-id"

DEPLOYED = re.compile(r"\bDeployment\s*\.\s*Certificates\b")
"""Where an expression looks at the service's certificates."""
READ = re.compile(
    DEPLOYED.pattern + r"""\s*(?:\[|\.\s*(?:TryGetValue|ContainsKey|GetValueOrDefault)\s*\()\s*"([^"\\]+)"\s*[\],)]"""
)
"""A certificate that an expression names: by index, or in a look-up."""


def of_document(document: str) -> list[tuple[str, str]]:
    """(attribute, value) of every certificate and backend, each once; none of a document that cannot be read."""
    try:
        tokens = tokens_of(document)
    except PolicyDocumentError:
        return []
    return list(dict.fromkeys([*certificates(tokens), *backends(tokens)]))


def certificates(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    """(`certificate-id` or `thumbprint`, value) of every certificate, in document order."""
    for each in tokens:
        for text in texts(each):
            if "Certificates" in text:
                yield from ((CERTIFICATE_ID, found[1]) for found in READ.finditer(text))
        if not each.is_tag:
            continue
        for attribute in (CERTIFICATE_ID, f"issuer-{CERTIFICATE_ID}"):
            if each.attributes.get(attribute):
                yield CERTIFICATE_ID, each.attributes[attribute]
        if each.name == "authentication-certificate" and each.attributes.get(THUMBPRINT):
            yield THUMBPRINT, each.attributes[THUMBPRINT]


def backends(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    """(`backend-id`, value) of every backend, in document order."""
    for each in tokens:
        if each.is_tag and each.attributes.get(BACKEND_ID):
            yield BACKEND_ID, each.attributes[BACKEND_ID]


def texts(token: Token) -> Iterator[str]:
    """The texts of a token in which an expression may stand."""
    if token.is_tag:
        yield from token.attributes.values()
    elif token.kind in ("text", "cdata"):
        yield token.name
