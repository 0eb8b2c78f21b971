"""Reads a policy document into elements.

Errors are those of .NET's XmlException, as ARM hands them on (source: facts on target `representation`; the choice of
text per mistake is inferred).
"""

from dataclasses import dataclass, field

from local.azure.policy.expressions import SPACE
from local.azure.policy.tokens import PolicySyntaxError, Scanner, Token

__all__ = ["Element", "Node", "PolicySyntaxError", "nodes", "parse"]

DEEPEST = 100
"""Inferred: Azure limits the size of a document (256 KiB), not its depth."""


@dataclass(frozen=True, kw_only=True)
class Element:
    """One element of a policy document."""

    name: str
    attributes: dict[str, str]
    children: tuple["Element", ...]
    text: str
    """Decoded text; empty when there is only white space. Markup in a `set-body` is given as it stands."""
    line: int
    column: int


@dataclass(kw_only=True)
class Node:
    """An element with everything that lies in it, comments included."""

    tag: Token
    content: list["Node | Token"] = field(default_factory=list)
    source: str = ""
    """What stands between the tags."""

    @property
    def children(self) -> list["Node"]:
        """The elements in it."""
        return [item for item in self.content if isinstance(item, Node)]

    @property
    def is_literal(self) -> bool:
        """Whether its content is a body with markup, which belongs to no policy."""
        return self.tag.value == "set-body" and bool(self.children)

    @property
    def text(self) -> str:
        """Its own text, or nothing when that is only white space."""
        if self.is_literal:
            return self.source
        text = "".join(
            item.value for item in self.content if isinstance(item, Token) and item.kind in {"text", "cdata"}
        )
        return text if text.strip(SPACE) else ""

    def element(self) -> Element:
        """As the rest of local Azure sees it."""
        return Element(
            name=self.tag.value,
            attributes=self.tag.attributes,
            children=() if self.is_literal else tuple(child.element() for child in self.children),
            text=self.text,
            line=self.tag.line,
            column=self.tag.column,
        )


def parse(document: str) -> Element:
    """The root element; raises PolicySyntaxError and nothing else."""
    return next(item for item in nodes(document) if isinstance(item, Node)).element()


def nodes(document: str) -> list[Node | Token]:
    """The root element and the comments around it."""
    builder = _Builder(Scanner(document))
    for token in builder.scanner.tokens():
        if token.kind == "start":
            builder.start(token)
        elif token.kind == "end":
            builder.end(token)
        else:
            builder.other(token)
    return builder.finish()


class _Builder:
    """The document as far as it has been read."""

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self._top: list[Node | Token] = []
        self._open: list[Node] = []

    @property
    def _content(self) -> list[Node | Token]:
        return self._open[-1].content if self._open else self._top

    @property
    def _has_root(self) -> bool:
        return any(isinstance(item, Node) for item in self._top)

    def start(self, token: Token) -> None:
        if not self._open and self._has_root:
            raise self.scanner.error("There are multiple root elements.", token.offset + 1)
        if len(self._open) == DEEPEST:
            raise self.scanner.error(f"Elements are nested more than {DEEPEST} deep.", token.offset + 1)
        node = Node(tag=token)
        self._content.append(node)
        if not token.self_closing:
            self._open.append(node)

    def end(self, token: Token) -> None:
        if not self._open:
            raise self.scanner.error("Unexpected end tag.", token.offset + 2)
        node = self._open.pop()
        if node.tag.value != token.value:
            raise self.scanner.error(
                f"The '{node.tag.value}' start tag on line {node.tag.line} position {node.tag.column}"
                f" does not match the end tag of '{token.value}'.",
                token.offset + 2,
            )
        node.source = self.scanner.text[node.tag.stop : token.offset]

    def other(self, token: Token) -> None:
        if self._open or token.kind == "comment":
            self._content.append(token)
        elif token.kind == "cdata" or token.value.strip(SPACE):
            raise self.scanner.error("Data at the root level is invalid.", token.offset)

    def finish(self) -> list[Node | Token]:
        end_of_file = len(self.scanner.text)
        if self._open:
            names = ", ".join(node.tag.value for node in reversed(self._open))
            text = f"Unexpected end of file has occurred. The following elements are not closed: {names}."
            raise self.scanner.error(text, end_of_file)
        if not self._has_root:
            raise self.scanner.error("Root element is missing.", end_of_file)
        return self._top
