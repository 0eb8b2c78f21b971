r"""Policy documents as people write them, grown from bytes.

Each byte picks an alternative, and when they run out the simplest one is picked. So hypothesis can shrink a document by
shrinking bytes, and a seeded random source grows a million of them by the same grammar.

What grows: all sections or some, empty, opened, in any order; `<base />` none, once, several times, `<base></base>`;
one policy in `<backend>`, as Azure asks for; nested containers (choose, retry, wait, limit-concurrency); C#
expressions raw and escaped; CDATA; comments that mention our elements and markers; declarations, BOM, CR, LF, CRLF,
tabs; fragments included; policies of our own kinds directly in `<inbound>`, in branches, in `send-request`, in bodies.
"""

from collections.abc import Callable
from dataclasses import dataclass

EXPRESSIONS = [
    "@(true)",
    '@(context.Request.Headers.GetValueOrDefault("x","<>") == "b" && 1 < 2)',
    '@(context.Variables.GetValueOrDefault<byte[]>("certificate"))',
    '@(new List<Dictionary<string, int>>().Count >> 1 > 0 ? ")" : "(")',
    '@($"{context.Api.Name}: {d["a)"]} {{literal}} {(x ? "y" : "z")}")',
    '@($@"c:\\{a}""quoted"")")',
    '@(@"verbatim \\" + "\\"escaped)\\\\")',
    "@('\"' + '\\'' + ')' + '\\\\' + '\\u0028')",
    "@(a /* ) \" ' */ + b)",
    '@{\n  var s = "}"; // it\'s <base /> ) } "\n  /* } */ return @"a""}" + \'}\' + (1 < 2);\n}',
    '@{\r\n\tif (a && b) { return "<inbound>"; }\r\n\treturn $"{f("}")}";\r\n}',
    "@{ return new JObject(new JProperty(\"a\", '-')).ToString(); }",
]
LITERALS = [
    "",
    "a",
    "https://example.com/?a=1&amp;b=2",
    "&#64;(no expression",
    "{{named-value}}",
    "a -- b",
    "é ✓",
    "it's",
]
TEXTS = ["literal", "a &amp; b", " spaced ", "&lt;tag&gt;", "mail@(example)", '{ "json": [1, 2] }', "]]", "a\n b"]
COMMENTS = [
    " note ",
    " <authentication-certificate thumbprint='x'/> ",
    " see backend-mtls: begin ",
    "backend-mtls: begin",
    " backend-mtls: beginning ",
    ' </inbound><base /> @( " ',
    " two\r\nlines ",
    "",
]
MARKERS = [" backend-mtls: begin ", " backend-mtls: end ", " backend-mtls: replaced <base/> "]
"""Comments like any other, except directly in `<inbound>` or `<policies>`."""
SPACES = ["", "\n        ", " ", "\n", "\r\n", "\n\t", "\r", "\r\n    ", "\n\n"]
CERTIFICATES = ['certificate-id="orders"', "certificate-id='ORDERS'", f'thumbprint="{"0123456789abcdef" * 2}01234567"']
OTHER_CERTIFICATES = [
    'certificate-id="other"',
    'thumbprint="@(context.Variables.GetValueOrDefault("t", "--"))"',
    "certificate-id = 'a--b---c-&amp;'",
    'body="@(Get<byte[]>("c"))" password="secret"',
    'thumbprint="{{thumbprint}}"',
]
BACKENDS = ['backend-id="orders"', "backend-id = 'Orders' "]
OTHER_BACKENDS = ['base-url="https://a--b.example.com"', 'backend-id="other"', 'backend-id="@(a ? "b" : "c--")"']


@dataclass
class Grower:
    """Grows one document."""

    source: bytes
    at: int = 0

    def number(self, below: int) -> int:
        """The next choice."""
        byte = self.source[self.at] if self.at < len(self.source) else 0
        self.at += 1
        return byte % below

    def pick(self, options: list[str]) -> str:
        return options[self.number(len(options))]

    def several(self, part: Callable[[], str], most: int) -> str:
        return "".join(self.pick(SPACES) + part() for _ in range(self.number(most + 1)))

    def document(self) -> str:
        """The whole of it."""
        before = self.pick(
            ["", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>\n', "\ufeff<?xml version='1.0'?>\r\n"]
        )
        before += self.several(self.comment_anywhere, 1)
        after = self.several(self.comment_anywhere, 1) + self.pick(["", "\n", "\r\n"])
        if self.number(12) == 11:
            return before + self.pick(["<policies/>", "<policies />", "<policies></policies>"]) + after
        names = ["inbound", "backend", "outbound", "on-error"]
        if self.number(4) == 3:
            names.reverse()
        sections = "".join(self.pick(SPACES) + self.section(name) for name in names if self.number(8) != 7)
        return f"{before}<policies>{self.comment()}{sections}{self.pick(SPACES)}</policies>{after}"

    def section(self, name: str) -> str:
        if self.number(8) == 7:
            return self.pick([f"<{name} />", f"<{name}/>", f"<{name}\n\t/>", f"<{name}></{name}>"])
        content = self.several(lambda: self.item(name, 2), 1 if name == "backend" else 6)
        return f"<{name}>{content}{self.pick(SPACES)}</{name}>"

    def item(self, section: str, depth: int) -> str:
        kinds = [self.base, self.comment, self.setting, self.texts, self.body, self.request, self.fragment]
        kinds.append(lambda: self.container(section, depth))
        if section == "inbound":
            kinds += [self.certificate, self.backend, self.certificate, self.backend]
        elif section == "backend":
            kinds.append(self.backend)
        return kinds[self.number(len(kinds))]()

    def base(self) -> str:
        return self.pick(["<base />", "<base/>", "<base></base>", "<base\n/>"])

    def comment(self) -> str:
        return self.pick(["", *(f"<!--{each}-->" for each in COMMENTS)])

    def comment_anywhere(self) -> str:
        return f"<!--{self.pick([*COMMENTS, *MARKERS])}-->"

    def value(self) -> str:
        """An attribute with its quotes."""
        if self.number(3) == 2:
            return f'"{self.pick(LITERALS)}"'
        expression = self.pick(["", "", "", " ", "\n    "]) + self.pick(EXPRESSIONS)
        quote = self.pick(['"', "'"])
        if self.number(3):
            expression = expression.replace("&", "&amp;").replace("<", "&lt;")
            expression = expression.replace('"', "&quot;") if quote == '"' else expression.replace("'", "&apos;")
        return f"{quote}{expression}{quote}"

    def setting(self) -> str:
        space = self.pick([" ", "\n\t", "\r\n  "])
        return f"<set-variable{space}name='v'{space}value={self.value()}{self.pick(['/>', ' />', '></set-variable>'])}"

    def text(self) -> str:
        kind = self.number(4)
        if kind == 0:
            return self.pick(TEXTS)
        if kind == 1:
            return self.pick(["", " ", "\r\n"]) + self.pick(EXPRESSIONS) + self.pick(["", "\n"])
        if kind == 2:
            return self.pick(EXPRESSIONS).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"<![CDATA[{self.pick([' <inbound><base /></inbound> ', *EXPRESSIONS, '--', ''])}]]>"

    def texts(self) -> str:
        values = self.several(lambda: f"<value>{self.text()}</value>{self.comment()}", 2)
        return f'<set-header name="X" exists-action={self.value()}>{values}{self.pick(SPACES)}</set-header>'

    def body(self) -> str:
        markup = f"<order n='1'><line/>{self.pick(SPACES)}<authentication-certificate /> {self.pick(TEXTS)}</order>"
        return f"<set-body>{markup if self.number(3) == 2 else self.text()}</set-body>"

    def request(self) -> str:
        inside = f"<set-url>{self.pick(TEXTS)}</set-url>{self.pick(SPACES)}{self.certificate()}"
        return f'<send-request mode="new" response-variable-name="r">{inside}{self.pick(SPACES)}</send-request>'

    def fragment(self) -> str:
        return self.pick(['<include-fragment fragment-id="f" />', "<include-fragment fragment-id='f'/>"])

    def certificate(self) -> str:
        return self.owned("authentication-certificate", CERTIFICATES, OTHER_CERTIFICATES)

    def backend(self) -> str:
        return self.owned("set-backend-service", BACKENDS, OTHER_BACKENDS)

    def owned(self, name: str, same: list[str], other: list[str]) -> str:
        attributes = self.pick(other if self.number(4) == 3 else same)
        return f"<{name} {attributes}{self.pick([' />', '/>', f'></{name}>', f'> </{name} >'])}"

    def container(self, section: str, depth: int) -> str:
        if depth > 6:
            return self.base()
        inside = self.several(lambda: self.item(section, depth + 2), 3)
        name = self.pick(["choose", "retry", "limit-concurrency", "wait"])
        if name != "choose":
            needed = {"retry": " condition={} count='2' interval='1'", "limit-concurrency": " key={} max-count='3'"}
            attributes = needed.get(name, " for={}").format(self.value())
            return f"<{name}{attributes}>{inside}{self.comment_anywhere()}</{name}>"
        other = self.pick(["", f"<otherwise>{inside}</otherwise>"])
        return f"<choose>{self.pick(SPACES)}<when condition={self.value()}>{inside}</when>{other}</choose>"


def grown(source: bytes) -> str:
    """The document that grows from these bytes."""
    return Grower(source).document()
