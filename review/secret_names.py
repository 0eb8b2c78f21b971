"""Which names say that what they name is a secret: of headers, parameters, variables, attributes, keys in JSON.

The last word decides: `client_secret` names one, `secret-id` and `token_endpoint` do not. A name that is no secret's is
shown with its value, so that an ordinary change is read; a value under a secret's name is only told apart from others.
"""

import re
from functools import lru_cache

_ALWAYS = {
    *(
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "token",
        "jwt",
        "credential",
        "credentials",
        "authorization",
    ),
    *("apikey", "accesskey", "accountkey", "sharedkey", "subscriptionkey", "functionskey", "masterkey", "hostkey"),
    *("privatekey", "signingkey", "encryptionkey", "primarykey", "secondarykey", "sas", "cookie", "assertion", "auth"),
    *("bearer", "signature", "apitoken"),
}
"""Last words that no other word makes harmless."""
_RUN_TOGETHER = tuple(sorted(each for each in _ALWAYS if len(each) > 4 and each != "cookie"))
"""Ends of a last word that is written without a break: `clientsecret`, `dbpassword`."""
_PARAMETERS = {"code", "sig", "key"}
"""Whole names of headers and parameters; anywhere else they are words like any other (`status code`, `cache key`)."""
_HARMLESS_KEYS = {
    *(
        "cache",
        "counter",
        "partition",
        "row",
        "sort",
        "vary",
        "lookup",
        "public",
        "foreign",
        "routing",
        "group",
        "rate",
    ),
    *("message", "event", "idempotency", "correlation", "map", "dictionary", "object", "natural", "unique", "by"),
}
"""What a key is of, when knowing it opens nothing."""
_ENDINGS = {"value", "header", "string", "text", "param", "parameter", "raw", "new", "old", "base64", "b64", "utf8"}
"""Words behind a name that say how it is written."""
_LONGEST = 80
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@lru_cache(maxsize=1 << 14)
def names_secret(name: str, *, parameter: bool = False) -> bool:
    """Whether this names a secret; as a `parameter` (of a URL, a form; a header), `code`, `sig` and `key` do, too."""
    words = [each.lower() for each in _WORD.findall(name[-_LONGEST:])]
    joined = "".join(words)
    while words and (words[-1] in _ENDINGS or words[-1].isdigit()):
        words.pop()
        joined = "".join(words)
    if not words:
        return False
    last = words[-1]
    if last in _ALWAYS or last.endswith(_RUN_TOGETHER) or joined in _ALWAYS:
        return True
    if last == "key":
        return (parameter or len(words) > 1) and not _HARMLESS_KEYS & set(words[:-1])
    return parameter and joined in _PARAMETERS


def is_word(value: str) -> bool:
    """Whether a value says nothing of a secret: empty, a mere word of the language, or only marks."""
    return value.strip().lower() in ("true", "false", "null", "none", "undefined") or not re.search(r"\w", value)
