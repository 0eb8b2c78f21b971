"""HTML read strictly: every element is closed in order, ids are there once, and in-page links have a target."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Element:
    """One element, with its text and everything in it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, tag: str | None = None) -> list["Element"]:
        """The elements below, in the order of the document."""
        found = []
        for each in self.children:
            found += [each] if tag in (None, each.tag) else []
            found += each.all(tag)
        return found

    @property
    def content(self) -> str:
        """The text of it and everything below; not in order."""
        return self.text + "".join(each.content for each in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.path = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute of <{tag}> is there twice: {attrs}"
        element = Element(tag, dict(attrs))
        self.path[-1].children.append(element)
        if tag not in VOID:
            self.path.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.path[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.path[-1].tag == tag, f"</{tag}> closes <{self.path[-1].tag}>"
        self.path.pop()

    def handle_data(self, data: str) -> None:
        self.path[-1].text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data}")


def read(text: str) -> Element:
    """The document."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.path == [reader.root], f"not closed: {[each.tag for each in reader.path]}"
    return reader.root
