"""The words of the table of states (`states.py`)."""

from review.backend_wordings import BACKENDS
from review.update_wordings import DEPLOYMENT, TAKEN_AWAY

HEADLINES = {
    "failed": (
        "The preview failed: {reason}; nothing is known of {rest}",
        "The program, the engine or a provider reported an error",
    ),
    "forbidden": (
        "A mandatory policy forbids the deployment{then}",
        "A policy pack refused it; the worst effect follows",
    ),
    "no effects": ("Nothing changes in Azure: every call works as before", "Only components change"),
    "no changes": (
        "Nothing changes: every call works as before{then}",
        "No resource changes; what Key Vault does by itself follows",
    ),
    "changes": ("", "Resources change; the worst effect is the headline"),
    "partial": (
        "Partial preview ({looked_at} of {all} resources)",
        "It left something out, or contradicts itself; stands in front of the rest",
    ),
    "nothing seen": ("nothing changes in what was looked at", "The rest, when a partial preview shows no change"),
    "stateless": (
        "Seen without the state ({looked_at} of {all} resources)",
        "The preview lists a part, and no state was given; stands in front",
    ),
    "unproved": (
        ", if the preview looked at everything (--show-sames shows it)",
        "Behind a headline without a risk, when the preview does not list what stays the same",
    ),
    "altered": (
        "this change alters how it is judged ({what})",
        "Its settings of the rules differ from the base branch's; stands in front",
    ),
    "reviewer": (
        "this change alters its own reviewer ({files})",
        "It changes rules, report, policy pack, workflows, or what they are made of; stands in front",
    ),
}
"""Status -> headline, and when."""

FINDINGS = {
    "new": ("new", "It is there after the change, and was not before, or was less severe, or for another reason"),
    "still": ("still there", "It was there before the change, and is after it"),
    "unknown": ("not known", "It was there before the change; whether it is after it, the preview does not tell"),
    "fixed": ("fixed", "It was there before the change, and is known not to be after it"),
}
"""State of a finding -> how it is shown, and when."""

CALLS = (
    *DEPLOYMENT,
    *TAKEN_AWAY,
    # certificates
    (
        "certificate-lost",
        "outage",
        "no longer presents a certificate{name}: the backend will refuse its calls",
        "A certificate was presented, and none is",
    ),
    (
        "certificate-first",
        "change",
        "presents a certificate for the first time{name}{until}",
        "None was presented, and one is",
    ),
    (
        "certificate-renewed",
        "safe",
        "presents a new certificate{name}{until}; no call is expected to fail if the backend accepts it already",
        "Subject and issuer stay the same, and it is not self-signed",
    ),
    (
        "certificate-switched",
        "risk",
        "presents a new certificate{name}{until}{why}: calls fail unless the backend accepts it already",
        "Another certificate is presented, and nothing says that the backend trusts it as it trusted the one before",
    ),
    (
        "certificate-earlier",
        "risk",
        "presents a new certificate{name}{until}, which is earlier than the one before ({before}){need}",
        "The new certificate ends at least a day before the old one",
    ),
    (
        "certificate-gap",
        "outage",
        "presents a new certificate{name}{until}; the old one is deleted first, so that calls fail in between",
        "The certificate is replaced by deleting it first",
    ),
    (
        "certificate-elsewhere",
        "risk",
        "presents a certificate that is not of this stack ({reference})",
        "Another certificate is named, and it is not in the stack",
    ),
    (
        "certificate-unknown",
        "risk",
        "what it presents is not known ({reason}); before, it was {before}",
        "What is presented was known, and is not any more",
    ),
    (
        "certificate-known",
        "change",
        "presents {after}; what it presented before is not known ({reason})",
        "What was presented was not known",
    ),
    (
        "certificate-same",
        "safe",
        "names the same certificate by {after} instead of {before}",
        "The same certificate by another name",
    ),
    (
        "certificate-behind",
        "safe",
        "Key Vault holds another certificate than the gateway presents{until}: it follows within 4 hours",
        "The secret has a newer version than the gateway has read",
    ),
    ("certificate-expired", "outage", "the certificate it presents has expired on {day}", "It is newly presented"),
    (
        "certificate-early",
        "outage",
        "the certificate it presents is not valid before {day}",
        "It is newly presented, and not valid yet",
    ),
    *BACKENDS,
    # what a policy does besides
    (
        "answered",
        "outage",
        "the gateway answers by itself ({what}): calls no longer reach the backend",
        "The policy answers every call by itself, or does not forward it",
    ),
    (
        "answered-some",
        "risk",
        "the gateway answers by itself ({what}): they no longer reach the backend",
        "The policy answers calls by itself under a condition",
    ),
    (
        "answered-otherwise",
        "risk",
        "the gateway answers by itself ({after} instead of {before})",
        "The policy answered before, too",
    ),
    (
        "answered-no-more",
        "danger",
        "are no longer refused by the policy ({what}): they reach the backend",
        "The policy refused them under a condition",
    ),
    (
        "answered-by-backend",
        "change",
        "reach the backend; before, the gateway answered by itself ({what})",
        "The policy answered every call, or did not refuse them",
    ),
    (
        "credentials-lost",
        "risk",
        "no longer shows the backend {name}: a backend that asks for it refuses the calls",
        "`authentication-basic` or `authentication-managed-identity` is removed",
    ),
    ("guard-gone", "danger", "{guard} no longer guards it (it stood in the policy of {where})", "A guard is removed"),
    (
        "guard-unknown",
        "risk",
        "whether {guard} still guards it is not known ({reason}; it stood in the policy of {where})",
        "A guard is removed, and something that cannot be read may hold it",
    ),
    ("guard-conditional", "danger", "{guard} guards some calls only: {words}", "It is moved into a branch"),
    ("guard-weaker", "danger", "{guard} lets more through: {words}", "It is weakened"),
    ("guard-other", "risk", "{guard} demands something else{words}: calls that do not meet it fail", "It is changed"),
    ("guard-new", "risk", "calls have to get past {guard}{words}: those that do not meet it fail", "A guard is new"),
    (
        "guards-unknown",
        "risk",
        "what outer policies demand no longer applies, and what that was is not known ({reason})",
        "`<base />` is dropped, and the policy around is not in the stack",
    ),
    (
        "request-new",
        "risk",
        "its policy sends a request of its own to {url}{presenting}",
        "`send-request` or `send-one-way-request` is new, or goes elsewhere",
    ),
    (
        "request-http",
        "danger",
        "its policy sends a request of its own over http to {url}{presenting}",
        "The same without TLS",
    ),
    ("policy-hidden", "risk", "its policy changes; the text is not known before the deployment", "It is a secret"),
    ("policy-text", "change", "its policy text changes (see below)", "The user's own text means something else"),
    # APIs
    ("api-new", "change", "is new: {presents}{where}", "The API, product or operation is new"),
    ("api-answers", "change", "is new, and the gateway answers by itself ({what})", "The same without a backend"),
    ("api-removed", "outage", "is removed{path}", "The API is removed"),
    ("policy-removed", "outage", "its policy is removed, with what it is of", "Of a product, an operation, a service"),
    ("api-moved", "outage", "moves to /{after}: calls to /{before} get 404", "Its path changes"),
    (
        "service-moved",
        "outage",
        "moves from service {before} to service {after}: calls to the gateway of {before} get 404",
        "The stack is pointed at another service",
    ),
    ("new-validation-off", "danger", "{part} validation is {words}", "Of an API that is new"),
    ("new-without-key", "danger", "callers need no subscription key", "Of an API that is new"),
    ("key-dropped", "danger", "callers no longer need a subscription key", "It was required"),
    (
        "key-needed",
        "risk",
        "callers need a subscription key from now on: those without one get 401",
        "It was not required",
    ),
    ("operation-new", "change", "the operation {name} is new", "Of an API that stays"),
    (
        "operation-moved",
        "outage",
        "the operation {before} becomes {name}: calls of {before} get 404",
        "Its method or its template changes",
    ),
    ("operation-removed", "outage", "the operation {name} is removed: calls of it get 404", "Of an API that stays"),
    # services, vaults, rights, and everything else
    (
        "service-replaced",
        "outage",
        "the service is replaced: every call fails until the new one is there, and everything in it is made anew",
        "The service cannot be changed in place",
    ),
    ("service-deleted", "outage", "the service is deleted: every call fails", "The service is removed"),
    ("group-deleted", "outage", "the resource group is deleted, with everything in it", "It is removed"),
    (
        "group-replaced",
        "outage",
        "the resource group is replaced, with everything in it",
        "It cannot be changed in place",
    ),
    ("vault-deleted", "outage", "a vault is deleted: its certificates can no longer be read", "It is removed"),
    (
        "right-deleted",
        "risk",
        "a right to read a vault is taken away: renewals in it are no longer followed",
        "A role assignment or an access policy is removed",
    ),
    (
        "authorities-changed",
        "risk",
        "the authorities that the service trusts change: it takes 15 minutes or more, with downtime on Developer",
        "The service's `certificates` change",
    ),
    ("service-updated", "risk", "the service's {properties} change", "Any other property of the service"),
    ("others-quiet", "safe", "{count} {done}: {names}", "Resources that no call is expected to notice"),
    (
        "others-matter",
        "risk",
        "{count} {done}: {names}; what that means for calls is not known",
        "Resources that may have a part in calls: named values, products, subscriptions and the like",
    ),
)
"""Id, level, text, when."""
