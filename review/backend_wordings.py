"""The words for where calls go, and for how the server is validated there (see `wordings.py`)."""

BACKENDS = (
    ("backend-moved", "risk", "calls go to {after} instead of {before}", "Another backend, or another URL"),
    ("backend-first", "change", "calls go to {after}", "Nothing routed, and a backend of the stack does"),
    ("backend-lost", "risk", "no longer routes to a backend of this stack", "A backend of the stack was called"),
    (
        "backend-elsewhere",
        "risk",
        "calls go to a backend that is not of this stack ({reference})",
        "Another backend is named, and it is not in the stack",
    ),
    (
        "backend-unknown",
        "risk",
        "where its calls go is not known ({reason}); before, it was {before}",
        "Where calls go was known, and is not any more",
    ),
    (
        "backend-http",
        "danger",
        "calls go over http: nothing is encrypted, and no certificate is presented",
        "The new URL is `http://`",
    ),
    (
        "backend-by-url",
        "danger",
        "routes by base-url: the TLS settings of the backend entity do not apply",
        "A bare URL instead of a backend",
    ),
    ("validation-off", "danger", "{part} validation is switched {words}", "A part of the server certificate"),
    (
        "validation-on",
        "risk",
        "{part} validation is switched on: calls fail unless the backend has {needs}",
        "A part of the server certificate was not validated, and is",
    ),
    (
        "trust-new",
        "risk",
        "the backend's certificate has to be {after} from now on: calls fail with any other one",
        "A backend that did not say whom it trusts does (v2 tiers)",
    ),
    (
        "trust-other",
        "risk",
        "the backend's certificate has to be {after}, no longer {before}: calls fail with any other one",
        "A backend says that it trusts somebody else",
    ),
    (
        "trust-gone",
        "risk",
        "the backend no longer says whom it trusts ({before}): only {authorities} count from now on",
        "A backend that said whom it trusts does not",
    ),
    ("backend-other", "risk", "the backend's {properties} change: calls depend on it", "Any other property"),
)
