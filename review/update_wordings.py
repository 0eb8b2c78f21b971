"""The words for a deployment that Azure refuses, and for what an update takes away (see `wordings.py`)."""

DEPLOYMENT = (
    (
        "service-name-refused",
        "outage",
        "the new service is refused: Azure keeps the name {name} of the deleted one for 48 hours, unless it is purged",
        "A service is replaced under its own name",
    ),
    (
        "service-name-kept",
        "change",
        "the name {name} stays taken for 48 hours, unless the deleted service is purged (az apim deletedservice purge)",
        "A service is deleted, or replaced under another name",
    ),
    (
        "deployment-refused",
        "risk",
        "the deployment is refused by Azure, and ends in its middle: {what}",
        "Something is asked for that a service stores once, and something else has it; comes first in a report",
    ),
    (
        "deployment-may-be-refused",
        "risk",
        "the deployment may be refused by Azure, and end in its middle: {what}",
        "The same, and it depends on which of two updates comes first, or on what a vault holds",
    ),
    (
        "taken-over-and-deleted",
        "outage",
        "what is taken over is deleted at the end of the same deployment: {what}",
        "It is imported under a second name, and the first one is removed",
    ),
    (
        "taken-over-twice",
        "risk",
        "one entity belongs to two resources, and goes with either of them: {what}",
        "It is imported under a second name, and the first one stays",
    ),
)
"""Of the deployment itself: id, level, text, when."""

TAKEN_AWAY = (
    (
        "revision-made",
        "change",
        "revision {number} becomes current: a copy of revision {before}, and what else is said here",
        "A new revision is made from the current one",
    ),
    (
        "revision-taken-over",
        "safe",
        "it is taken over as it is: an older revision, which is called at its own path",
        "An older revision is imported",
    ),
    (
        "key-elsewhere",
        "outage",
        "subscription keys are read {after}: callers that send theirs {before} get 401",
        "The names of its subscription key parameters change, or an update after an import leaves them out",
    ),
    (
        "service-url-changed",
        "risk",
        "its own URL changes from {before} to {after}: calls that no policy sends elsewhere follow it",
        "Its `serviceUrl` changes, or is left out",
    ),
    (
        "version-changed",
        "outage",
        "it is no longer version {before}: callers that ask for it get 404",
        "Its version or its version set changes, or is left out",
    ),
    (
        "protocol-dropped",
        "outage",
        "it is no longer served over {protocols}: such calls fail",
        "A protocol is taken away",
    ),
    (
        "authentication-settings-changed",
        "risk",
        "its OAuth or OpenID settings change: the portal, and clients made from it, depend on them",
        "Its `authenticationSettings` change, or are left out",
    ),
    (
        "credentials-dropped",
        "risk",
        "calls to backend {backend} no longer carry: {what}; a server that asks for it refuses them",
        "A backend's credentials, or some of them, are taken away",
    ),
    (
        "backend-loses",
        "risk",
        "backend {backend} loses {what}: calls depend on it",
        "A backend's link to an Azure resource, its cluster settings or its proxy are taken away",
    ),
    ("api-swapped", "risk", "moves to /{after}: calls to /{before} reach {other}", "Another API takes its path"),
    ("api-succeeded", "risk", "is removed: calls to /{before} reach {other}", "Another API takes its path"),
)
"""Of what an API or a backend loses: the same."""
