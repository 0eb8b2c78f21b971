"""Policies of all scopes that run for one call, grown from bytes as `policy_documents` grows one document.

What grows: a service's, a product's, an API's and an operation's policy, each of which may be missing, and fragments.
Sections in any order, missing or empty; `<base />` first, in the middle, last, twice, in a branch, or not at all;
branches in branches whose conditions look at headers of the call, at the backend's answer or are constant; retries,
concurrency limits and fragments around and inside of them; certificates by id and by thumbprint, backends by id and by
URL, a few by an expression; responses of the policy's own, and elements behind them. Azure lets one policy stand in
`<backend>`, which holds others.
"""

import re
from dataclasses import dataclass

from policy_documents import Grower

HEADERS = ("c-0", "c-1", "c-2")
"""What the conditions look for."""
ANSWER = "context.Response != null && context.Response.StatusCode == 403"
"""The backend refuses the caller: what is presented, and when, decides about it."""
THUMBPRINTS = {"a": "THUMBPRINT-A", "b": "THUMBPRINT-B"}
"""Stand for those of the certificates `a` and `b`."""
URL = "BACKEND-URL"
"""Stands for the backend's."""
FRAGMENTS = {"inbound": ("f-one", "f-two"), "backend": ("f-back",)}
_SPACES = ["", "\n    ", " ", "\r\n\t", "\n", "<!-- <base /> -->", "<!-- <authentication-certificate /> -->\n"]
_HARMLESS = [
    '<set-header name="X-Seen"><value><![CDATA[<base />]]></value></set-header>',
    '<set-variable name="v" value="<base />" />'.replace("<base />", "&lt;base /&gt;"),
    '<set-query-parameter name="q"><value>@(context.Request.Method + "<base />")</value></set-query-parameter>',
]


@dataclass(frozen=True)
class Programs:
    """What applies to a call."""

    documents: dict[str, str]
    """`service`, `product`, `api`, `operation` -> the policy; a scope that is missing has none."""
    fragments: dict[str, str]
    """Id -> the fragment."""

    @property
    def headers(self) -> list[str]:
        """The headers that any condition looks for."""
        text = "".join([*self.documents.values(), *self.fragments.values()])
        return [each for each in HEADERS if f'"{each}"' in text or f"&quot;{each}&quot;" in text]

    @property
    def only_headers_decide(self) -> bool:
        """Whether neither the backend's answer, the number of attempts nor an expression in another place does."""
        text = "".join([*self.documents.values(), *self.fragments.values()])
        return not any(each in text for each in ("<retry", "Response", "-id='@(", "-url='@("))


def holds(condition: str, sent: frozenset[str]) -> bool | None:
    """Whether a condition, as a policy has it, holds for a call with these headers; None: the backend decides."""
    text = "".join(condition.split())
    if "Response" in text:
        return None
    if text in {"true", "false"}:
        return text == "true"
    found = re.fullmatch(r'(!?)context\.Request\.Headers\.ContainsKey\("(c-\d)"\)', text)
    assert found, condition
    return (found[2] in sent) is not bool(found[1])


class _Programs(Grower):
    """Grows them; while `in_fragment`, neither `<base />` nor a fragment may stand."""

    in_fragment = False
    is_outermost = False
    """Whether `<base />` stands for nothing."""

    def all(self) -> Programs:
        fragments = {}
        for section, names in FRAGMENTS.items():
            for name in names:
                self.in_fragment = True
                fragments[name] = f"<fragment>{self.sequence(section, 1)}</fragment>"
        self.in_fragment = False
        documents = {}
        for scope in ("service", "product", "api", "operation"):
            if self.number(5) != 4:
                self.is_outermost = scope == "service"
                documents[scope] = self.document()
        return Programs(documents, fragments)

    def document(self) -> str:
        names = ["inbound", "backend", "outbound"]
        if self.number(3) == 2:
            names.reverse()
        kept = [name for name in names if self.number(6) != 5]
        return f"<policies>{self.space()}{''.join(self.section(name) + self.space() for name in kept)}</policies>"

    def section(self, name: str) -> str:
        if self.number(10) == 9:
            return self.pick([f"<{name} />", f"<{name}></{name}>"])
        if name == "outbound":
            return "<outbound><base /></outbound>"
        if name == "backend":
            return f"<backend>{self.space()}{self.only()}{self.space()}</backend>"
        return f"<{name}>{self.sequence(name, 0, base=self.number(4))}</{name}>"

    def only(self) -> str:
        """The one policy in `<backend>`."""
        kinds = [
            lambda: "<forward-request />" if self.is_outermost else "<base />",
            lambda: "<forward-request />",
            lambda: "<forward-request />",
            lambda: "<base />",
            lambda: self.choose("backend", 0),
            lambda: self.container("backend", 0),
            lambda: self.include("backend"),
        ]
        return kinds[self.number(len(kinds))]()

    def sequence(self, section: str, depth: int, base: int = 3) -> str:
        """Some policies; `base` 0: first, 1: in the middle, 2: last, 3: only by chance."""
        items = [self.any(section, depth) for _ in range(self.number(5 - depth if depth < 4 else 1) + 1)]
        if base < 3:
            items.insert((0, len(items) // 2, len(items))[base], self.pick(["<base />", "<base/>", "<base></base>"]))
        return "".join(self.space() + each for each in items) + self.space()

    def any(self, section: str, depth: int) -> str:
        kinds = [
            self.routing,
            self.presenting if section == "inbound" else lambda: "<forward-request />",
            self.routing,
            self.presenting if section == "inbound" else lambda: "<forward-request />",
            lambda: self.choose(section, depth),
            lambda: self.choose(section, depth),
            lambda: self.container(section, depth),
            lambda: self.include(section),
            self.anew,
            lambda: self.answering(section) if depth or self.number(4) == 3 else self.anew(),
            lambda: self.pick(_HARMLESS),
        ]
        return kinds[self.number(len(kinds))]()

    def anew(self) -> str:
        return self.routing() if self.in_fragment else "<base />"

    def presenting(self) -> str:
        name = self.pick(["a", "b"])
        thumbprint = THUMBPRINTS[name]
        if self.number(20) == 19:
            return f"<authentication-certificate certificate-id='@(\"{name}\".Trim())' />"
        attribute = self.pick([f'certificate-id="{name}"', f"thumbprint='{thumbprint}'", f"certificate-id = '{name}'"])
        return f"<authentication-certificate {attribute}{self.pick([' />', '/>', '></authentication-certificate>'])}"

    def routing(self) -> str:
        target = self.pick(
            ['backend-id="one"', "backend-id='two'", f'base-url="{URL}/url-a"', f"base-url='{URL}/url-b'"]
        )
        if self.number(20) == 19:
            target = self.pick(['backend-id=\'@("o" + "ne")\'', f'base-url=\'@("{URL}" + "/url-a")\''])
        return f"<set-backend-service {target} />"

    def answering(self, section: str) -> str:
        if section == "backend" or self.number(2):
            return f'<return-response><set-status code="{self.pick(["410", "411", "412"])}" /></return-response>'
        return f'<mock-response status-code="{self.pick(["201", "202"])}" />'

    def include(self, section: str) -> str:
        if self.in_fragment:
            return self.routing()
        return f'<include-fragment fragment-id="{self.pick(list(FRAGMENTS[section]))}" />'

    def choose(self, section: str, depth: int) -> str:
        if depth > 3:
            return self.routing()
        whens = "".join(
            f"{self.space()}<when condition={self.condition(section)}>{self.sequence(section, depth + 1)}</when>"
            for _ in range(self.number(2) + 1)
        )
        other = f"<otherwise>{self.sequence(section, depth + 1)}</otherwise>" if self.number(2) else ""
        return f"<choose>{whens}{self.space()}{other}{self.space()}</choose>"

    def container(self, section: str, depth: int) -> str:
        if depth > 3:
            return self.routing()
        inside = self.sequence(section, depth + 1)
        if self.number(2):
            return f"<limit-concurrency key='k' max-count=\"9\">{inside}</limit-concurrency>"
        attributes = f"condition={self.condition(section)} count='{self.pick(['1', '2'])}' interval=\"0\""
        return f"<retry {attributes} first-fast-retry='true'>{inside}</retry>"

    def condition(self, section: str) -> str:
        """With its quotes."""
        if section == "backend" and self.number(4) == 3:
            expression = f"@({ANSWER})"
        elif self.number(8) == 7:
            return self.pick(['"true"', '"@(true)"', "'@( false )'", '"false"'])
        else:
            space = self.pick(["", " "])
            test = f'context.Request.Headers.ContainsKey({space}"{self.pick(list(HEADERS))}"{space})'
            expression = f"@({space}{self.pick(['', '', '!'])}{test}{space})"
        if self.number(2):
            return f"'{expression.replace('&', '&amp;')}'" if self.number(2) else f"'{expression}'"
        return (
            f'"{expression.replace("&", "&amp;").replace(chr(34), "&quot;")}"' if self.number(2) else f'"{expression}"'
        )

    def space(self) -> str:
        return self.pick(_SPACES)


def grown(source: bytes) -> Programs:
    """The policies that grow from these bytes."""
    return _Programs(source).all()
