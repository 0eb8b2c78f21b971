"""The document of a policy or a fragment: what a request says, what Azure refuses, what a GET gives back."""

from collections.abc import Callable
from xml.parsers import expat

from local.azure import policy
from local.azure.arm.call import Call
from local.azure.arm.errors import invalid, not_served
from local.azure.arm.fields import Fields
from local.azure.arm.paths import home_of, service_of
from local.azure.arm.policy_references import check_references
from local.azure.store import Entity, Json

Rules = Callable[[policy.Element], list[policy.Problem]]

_LARGEST = 256
_LARGEST_CONSUMPTION = 16
"""KiB."""


def read(fields: Fields) -> tuple[str, str]:
    """The document and its format, from the request's `properties`."""
    document = fields.text("value", required=True) or ""
    given = fields.text("format", choices=["xml", "rawxml", "xml-link", "rawxml-link"]) or "xml"
    if given.endswith("-link"):
        raise not_served(f"policy format '{given}'")
    return document, given


def check(call: Call, document: str, given: str, rules: Rules, largest: int = _LARGEST) -> None:
    """Raises for everything that Azure refuses; a document that cannot be read has no further problems."""
    service = call.azure.store.get(service_of(call.path))
    consumption = service is not None and service.body["sku"]["name"] == "Consumption"
    largest = min(largest, _LARGEST_CONSUMPTION) if consumption else largest
    size = len(document.encode())
    if size > largest * 1024:  # documented limit, inferred text
        raise invalid(("representation", f"The policy document has {size} bytes; it may have {largest} KiB."))
    if given == "xml":
        _check_well_formed(document)
    try:
        root = policy.parse(document)
    except policy.PolicySyntaxError as error:
        raise invalid(("representation", error.message)) from None
    found = [(problem.target, problem.message) for problem in rules(root)]
    found += check_references(call.azure.store, home_of(call.path), root)
    if found:
        raise invalid(*found)


def _check_well_formed(document: str) -> None:
    """`xml` is stricter than `rawxml`: quotes in expressions have to be escaped (azure-docs#18475)."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        text = expat.errors.messages[error.code].capitalize()
        message = f"{text}. Line {error.lineno}, position {error.offset + 1}."
        raise invalid(("representation", message)) from None


def show(call: Call, entity: Entity) -> Json:
    """What a GET answers, re-serialised in the format that `?format=` asks for (default `xml`)."""
    given = call.query.get("format", "xml")
    if given not in {"xml", "rawxml"}:
        raise invalid(("format", f"'format' has an invalid value '{given}'. Allowed: xml, rawxml."))
    return written_as(entity, given)


def written_as(entity: Entity, given: str) -> Json:
    """The body with the document in a format."""
    value = entity.private["rawxml"]
    if not entity.private.get("verbatim"):
        value = policy.serialise(value, "rawxml" if given == "rawxml" else "xml")
    return entity.body | {"properties": entity.body["properties"] | {"format": given, "value": value}}
