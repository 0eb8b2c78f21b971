"""Whether two policy documents are the same policy, as far as somebody who calls can tell.

Reading a document takes a millisecond or so, and a change may touch thousands: what a look at the words tells is not
read. What stands between the comments of a binding is a binding's only where a binding writes it, and as one writes it:
anything else between two such comments is the user's own.
"""

import re
from functools import lru_cache

from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.markers import BEGIN, without_markers
from backend_mtls.policy.meaning import same_meaning
from backend_mtls.policy.outline import OWNED, tokens_of
from backend_mtls.policy.scanner import Token

_WORD = re.compile(r"\w+")
_WRITTEN_OTHERWISE = re.compile(r"&|<!\[|<\?")
"""References, CDATA and declarations: with them the same policy may have other words."""
_MARKER = BEGIN.partition(":")[0]
"""How every marker of a binding starts."""
_WRITTEN = {"set-backend-service": {"backend-id"}, "authentication-certificate": {"certificate-id", "thumbprint"}}
"""Element -> the attributes of which a binding writes one."""
_BOUNDARY = re.compile(r" backend-mtls: (?:begin|end|begin replacing <.*) ", re.DOTALL)


@lru_cache(maxsize=1 << 13)  # asked for the effects, and again for the diff
def alike(before: str, after: str) -> bool:
    """Whether they differ in nothing but what a writer of XML chooses; what cannot be read is never alike."""
    if before == after:
        return True
    plain = not (_WRITTEN_OTHERWISE.search(before) or _WRITTEN_OTHERWISE.search(after))
    if plain and set(_WORD.findall(before)) != set(_WORD.findall(after)):
        return False
    try:
        return same_meaning(before, after)
    except PolicyDocumentError:
        return False


def alike_without_binding(before: str, after: str) -> bool:
    """The same of what is the user's own in them."""
    return alike(_own(before), _own(after))


def _own(document: str) -> str:
    """The document without what a binding wrote; all of it, when somebody wrote between the comments."""
    if _MARKER not in document:
        return document
    try:
        return without_markers(document) if _is_as_bound(document) else document
    except PolicyDocumentError:
        return document


def _is_as_bound(document: str) -> bool:
    """Whether each element in a binding is one that a binding writes."""
    begin, section = None, ""
    for token in tokens_of(document):
        if token.depth == 1 and token.is_tag:
            section = token.name
        is_place = token.depth == 1 or (token.depth == 2 and section == "inbound")
        if token.kind == "comment" and is_place and _BOUNDARY.fullmatch(token.name):
            begin = None if token.name.endswith(" end ") else token
        elif begin and token.is_tag and not _is_written(token, begin):
            return False
    return True


def _is_written(tag: Token, begin: Token) -> bool:
    if tag.name in OWNED:
        return len(tag.attributes) == 1 and tag.attributes.keys() <= _WRITTEN[tag.name]
    return begin.depth == 1 and not tag.attributes  # a section that was missing is written with its <base />
