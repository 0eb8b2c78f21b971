"""Whether two policy documents are the same policy, as far as somebody who calls can tell.

Reading a document takes a millisecond or so, and a change may touch thousands: what a look at the words tells is not
read.
"""

import re
from functools import lru_cache

from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import unbind
from backend_mtls.policy.markers import BEGIN, END
from backend_mtls.policy.meaning import same_meaning

_WORD = re.compile(r"\w+")
_WRITTEN_OTHERWISE = re.compile(r"&|<!\[|<\?")
"""References, CDATA and declarations: with them the same policy may have other words."""
_MARKER = BEGIN.partition(":")[0]
"""How every marker of a binding starts."""
_BINDING = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


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
    if _BINDING.sub("", before) == _BINDING.sub("", after):
        return True
    try:
        return alike(_own(before), _own(after))
    except PolicyDocumentError:
        return False


def _own(document: str) -> str:
    return unbind(document) if _MARKER in document else document
