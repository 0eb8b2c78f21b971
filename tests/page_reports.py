"""Reports to make pages of: one with everything in it, one of texts that somebody else chose, a large one."""

from collections.abc import Callable
from dataclasses import replace

from backend_mtls.policy.document import DEFAULT, CertificateReference, bind

from review.altered import Altered
from review.effect import Effect, Level
from review.facts import Fact
from review.judgement import Judged, standing
from review.picture import Edge, Node, Picture
from review.policy_diff import Line, PolicyChange
from review.removals import Removal
from review.report import Report, Row
from review.timeline import Moment

REFERENCE = "https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates"
ELEMENT = '        <authentication-certificate certificate-id="{}" />'


FIXED_WORDS = frozenset(
    {
        *("failed", "danger", "new", "changed", "removed", "same", "still", "unknown", "fixed"),
        *("critical", "high", "medium", "low", "create", "update", "replace", "delete", "+", "-", "@", " "),
    }
)
"""One of a few words each, with a meaning of its own; everything else is a text that somebody chose."""


def report(words: Callable[[str], str] = str) -> Report:
    """Everything that a page can show, once at least; `words` has the last word on each text."""
    return Report(
        project=words("backend-mtls"),
        stack=words("staging"),
        environment=words("staging"),
        status=words("failed"),
        headline=words("orders: the gateway presents another certificate (and 1 more that need a look)"),
        level=words("danger"),
        effects=tuple(_effects(words)),
        errors=(words("error: the vault cannot be read"), words("  fix: grant the identity the role")),
        warnings=(words("warning: this version of the provider is old"),),
        counts={words("create"): 2, words("update"): 3, words("delete"): 1},
        rows=(*_rows(words),),
        policies=tuple(_policies(words)),
        altered=(
            Altered(op=words("update"), what=words("Backend prices"), properties=(words("url"), words("tls.x"))),
            Altered(op=words("create"), what=words("RandomPassword vault"), properties=()),
        ),
        timeline=tuple(_timeline(words)),
        findings=tuple(_findings(words)),
        standing=tuple(standing(_findings(str))),
        judging=(words("environment: production → development (laxer)"), words("changed: review/report.py")),
        removals=(
            Removal(
                op=words("replace"),
                what=words("Certificate orders-1f2e3d4c"),
                why=words("Azure cannot change certificateId in place; created anew before the old one is deleted."),
                referrers=(words("ApiPolicy orders (is updated before)"), words("Backend orders (stays as it is)")),
                protected=False,
            ),
            Removal(
                op=words("delete"),
                what=words("Api reports"),
                why=words("The program no longer declares it."),
                referrers=(),
                protected=True,
            ),
        ),
        picture=picture(words),
        notes=(words("The preview stopped before its end: what follows is what it had found until then."),),
    )


def _effects(words: Callable[[str], str]) -> list[Effect]:
    everybody = tuple(words(each) for each in ("orders", "invoices", "stock", "prices"))
    given = (
        ("api-removed", Level.OUTAGE, (words("reports"),), "is removed: calls get 404"),
        ("validation-off", Level.DANGER, (words("stock"),), "chain validation is OFF (a test)"),
        ("certificate-switched", Level.RISK, everybody, "present another certificate: the backend has to know it"),
        ("backend-first", Level.CHANGE, (words("prices"),), "goes to https://prices-2.internal.example"),
        ("others-quiet", Level.SAFE, (), "2 other resources are created: service, kv-staging"),
    )
    return [Effect(state=state, level=level, who=who, text=words(text)) for state, level, who, text in given]


def _findings(words: Callable[[str], str]) -> list[Judged]:
    told = [
        ("new", "critical", "certificate-ended", "stock", "Certificate stock: it ended on 2026-10-01", "", False),
        ("new", "high", "chain-validation-off", "stock", "Backend stock: the chain is not validated", "", False),
        (
            "still",
            "medium",
            "pinned-version",
            "prices",
            "Certificate prices: a version of the secret is pinned",
            "The waiver of Ada ended on 2026-09-30: the vault moves",
            False,
        ),
        (
            "still",
            "low",
            "chain-validation-off",
            "legacy",
            "Backend legacy: the chain is not validated. Reason: an appliance",
            "Accepted by Grace until 2027-06-30: the appliance is replaced in spring",
            True,
        ),
        ("fixed", "medium", "pinned-version", "orders", "Certificate orders: a version is pinned", "", False),
    ]
    return [
        Judged(
            state=words(state),
            rule=words(rule),
            severity=words(severity),
            resource=words(resource),
            detail=words(detail),
            why=words("Whoever can redirect the traffic can pose as the backend, and reads every call"),
            fix=words("Switch validation on, and give the service the backend's authority"),
            reference=REFERENCE,  # a rule says it, no user
            waiver=words(waiver) if waiver else "",
            waived=waived,
        )
        for state, severity, rule, resource, detail, waiver, waived in told
    ]


def _facts(words: Callable[[str], str], pairs: tuple[tuple[str, str, str], ...]) -> tuple[Fact, ...]:
    return tuple(
        Fact(name=words(name), before=words(before) if before else "", after=words(after) if after else "")
        for name, before, after in pairs
    )


def _rows(words: Callable[[str], str]) -> list[Row]:
    vault = "https://kv-staging.vault.azure.net/secrets/"
    same = (("Path", "/invoices", "/invoices"), ("Certificate", f"{vault}invoices", f"{vault}invoices"))
    changed = (
        ("Path", "/orders", "/orders"),
        ("Certificate", "PFX", f"{vault}orders"),
        ("Thumbprint", "EA3B25476A3C60BB374C795F3B765E86979D67C1", "known after deployment"),
        ("Chain validation", "on", "on"),
    )
    return [
        Row(label=words("orders"), what=words("changed"), facts=_facts(words, changed)),
        Row(label=words("stock"), what="new", facts=_facts(words, (("Path", "", "/stock"), ("Scope", "", "api")))),
        Row(label=words("reports"), what="removed", facts=_facts(words, (("Path", "/reports", ""),))),
        *(Row(label=words(each), what="same", facts=_facts(words, same)) for each in ("invoices", "prices", "legacy")),
    ]


def _policies(words: Callable[[str], str]) -> list[PolicyChange]:
    lines = [
        (" ", "    <inbound>"),
        ("-", ELEMENT.format("orders-1f2e3d4c") + "··→"),
        ("+", ELEMENT.format("orders")),
        ("@", "…"),
        (" ", "    <!-- a line that is longer than any screen is wide -->" + " <a />" * 60),
    ]
    shown = tuple(Line(sign=words(sign), text=words(text)) for sign, text in lines)
    secret = words("The text is secret, or known after deployment.")
    return [
        PolicyChange(label=words("API orders"), what="changed", lines=shown, note=words("Secret values are hidden.")),
        PolicyChange(label=words("API stock"), what=words("new"), lines=shown[2:3], note=""),
        PolicyChange(label=words("product premium"), what=words("removed"), lines=(), note=secret),
    ]


def _timeline(words: Callable[[str], str]) -> list[Moment]:
    told = [
        (1, "create", "Certificate orders", "It is there, and nothing presents it yet"),
        (1, "update", "Backend prices", "The next connection to the server is made this way"),
        (2, "update", "ApiPolicy orders", "From this moment new calls follow the new text"),
        (3, "delete", "Api reports", "Calls get 404"),
    ]
    return [
        Moment(stage=stage, op=words(op), what=words(what), meaning=words(meaning)) for stage, op, what, meaning in told
    ]


def picture(words: Callable[[str], str]) -> Picture:
    """Every column and every mark."""
    nodes = [
        ("vault", "kv-staging", "same"),
        ("certificate", "orders", "new"),
        ("certificate", "orders-1f2e3d4c", "removed"),
        ("certificate", "invoices", "same"),
        ("api", "orders", "changed"),
        ("api", "invoices", "same"),
        ("api", "operation get-report-of-the-month of API reports", "removed"),
        ("backend", "orders.backend.internal", "changed"),
        ("backend", "invoices.backend.internal", "same"),
        ("service", "apim-backend-mtls-staging", "same"),
    ]
    edges = [
        (1, 2, "is read into", "new"),
        (1, 4, "is read into", "same"),
        (2, 5, "is presented by", "new"),
        (3, 5, "is presented by", "removed"),
        (4, 6, "is presented by", "same"),
        (5, 8, "calls", "same"),
        (6, 9, "calls", "same"),
        (7, 9, "calls", "removed"),
        (5, 10, "is on", "same"),
        (6, 10, "is on", "same"),
        (7, 10, "is on", "removed"),
    ]
    return Picture(
        nodes=tuple(
            Node(id=f"n{number}", column=column, label=words(label), mark=mark)
            for number, (column, label, mark) in enumerate(nodes, 1)
        ),
        edges=tuple(
            Edge(start=f"n{start}", end=f"n{end}", label=words(label), mark=mark) for start, end, label, mark in edges
        ),
        left_out=4,
    )


def nothing() -> Report:
    """A report of a change that changes nothing."""
    return replace(
        report(),
        status="no changes",
        level="none",
        headline="Nothing changes: every call works as before",
        effects=(),
        errors=(),
        warnings=(),
        counts={},
        rows=(),
        policies=(),
        altered=(),
        timeline=(),
        findings=(),
        standing=(),
        judging=(),
        removals=(),
        picture=Picture(nodes=(), edges=(), left_out=0),
        notes=(),
    )


LARGE_FACTS = (
    ("Path", "/finance/accounts-receivable/v2"),
    ("Certificate", "https://kv-production-westeurope.vault.azure.net/secrets/accounts-receivable-client"),
    ("Subject", "CN=accounts-receivable.client.internal.example,O=Example,C=NL"),
    ("Thumbprint", "EA3B25476A3C60BB374C795F3B765E86979D67C1"),
    ("Valid until", "2027-11-24"),
    ("Bound by", "certificate-id accounts-receivable"),
    ("Backend URL", "https://accounts-receivable.backend.internal.example"),
    ("Chain validation", "on"),
    ("Name validation", "on"),
    ("Trusted authorities", "public authorities, CN=Backend CA,O=Example,C=NL"),
    ("Scope", "api"),
    ("Subscription key", "required"),
)
LARGE_POLICY = bind(
    DEFAULT, certificate=CertificateReference(certificate_id="accounts-receivable"), backend_id="accounts-receivable"
)


def large(apis: int, *, what: str) -> Report:
    """A stack of that many APIs, about three resources each, and the largest picture that there is."""
    one = report()
    facts = tuple(Fact(name=name, before="" if what == "new" else value, after=value) for name, value in LARGE_FACTS)
    lines = tuple(Line(sign="+", text=each) for each in LARGE_POLICY.splitlines())
    lines = lines if what == "new" else lines[1:9]  # what changes, and three lines around it
    nodes = [(column, number) for column in ("certificate", "api", "backend") for number in range(20)]
    numbers = range(apis)
    changes = what != "same"
    return replace(
        one,
        rows=tuple(Row(label=f"api-{number}", what=what, facts=facts) for number in numbers),
        policies=tuple(PolicyChange(label=f"API api-{number}", what=what, lines=lines, note="") for number in numbers)
        if changes
        else (),
        timeline=tuple(
            Moment(stage=stage, op="create", what=f"Backend api-{number}", meaning="It is there, and nothing routes")
            for stage in range(1, 4)
            for number in numbers
        )
        if changes
        else (),
        findings=tuple(replace(one.findings[1], resource=f"api-{number}") for number in numbers),
        picture=Picture(
            nodes=tuple(
                Node(id=f"{column}{number}", column=column, label=f"{column}-{number}", mark="new")
                for column, number in nodes
            ),
            edges=tuple(
                Edge(start=f"{start}{a}", end=f"{end}{b}", label="calls", mark="new")
                for start, end in (("certificate", "api"), ("api", "backend"))
                for a in range(20)
                for b in range(20)
            ),
            left_out=apis,
        ),
    )
