"""Cuts a policy document into tags, texts and comments, tolerating expressions that are not well-formed XML.

A value that reads as XML is decoded as XML. If it starts an expression that is not complete under that reading, it is
raw C# (quotes, `<` and `&&` included) and taken as it stands. source: REST 2024-05-01, PolicyContentFormat `rawxml`:
"Content type is a non XML encoded policy document"; that both spellings are accepted is inferred from its users.
"""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from local.azure.policy import expressions

NAME = re.compile(r"[^\W\d][\w.:-]*")
_SPACE = re.compile(r"[ \t\r\n]*")
_BAD_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_REFERENCE = re.compile(r"&([#\w]+);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class PolicySyntaxError(ValueError):
    """The document cannot be read; `message` ends with the place, as .NET's XmlException does."""

    def __init__(self, text: str, line: int, position: int) -> None:
        self.message = f"{text} Line {line}, position {position}."
        self.line = line
        self.position = position
        super().__init__(self.message)


@dataclass(frozen=True, kw_only=True)
class Token:
    """One piece of the document."""

    kind: str
    """start | end | text | cdata | comment"""
    value: str
    """The tag's name, or the decoded text."""
    line: int
    column: int
    """Of a tag: of its name, as .NET counts (source: azure-docs#111058: three spaces and `<cors` are column 5)."""
    offset: int
    """Where it starts in the document."""
    stop: int
    """Where it ends."""
    attributes: dict[str, str] = field(default_factory=dict)
    self_closing: bool = False


class Scanner:
    """A position in a document."""

    def __init__(self, document: str) -> None:
        self.text = re.sub("\r\n?", "\n", document.removeprefix("\ufeff"))
        self.at = 0
        self._lines = [0, *(found.end() for found in re.finditer("\n", self.text))]
        if found := _NOT_XML.search(self.text):
            code = ord(found.group())
            raise self.error(
                f"'{found.group()}', hexadecimal value 0x{code:02X}, is an invalid character.", found.start()
            )

    def tokens(self) -> Iterator[Token]:
        """Every token in order."""
        while self.at < len(self.text):
            if self.text.startswith("<!--", self.at):
                yield self._delimited("comment", "<!--", "-->")
            elif self.text.startswith("<![CDATA[", self.at):
                yield self._delimited("cdata", "<![CDATA[", "]]>")
            elif self.text.startswith("<?", self.at):
                self._delimited("declaration", "<?", "?>")
            elif self.text.startswith("<!DOCTYPE", self.at):
                raise self.error("For security reasons DTD is prohibited in this XML document.", self.at)
            elif self.text.startswith("</", self.at):
                yield self._end_tag()
            elif self.text[self.at] == "<":
                yield self._start_tag()
            else:
                yield self._text()

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect.bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def error(self, text: str, offset: int) -> PolicySyntaxError:
        """The error to raise for what stands at the offset."""
        return PolicySyntaxError(text, *self.place(offset))

    def _token(self, kind: str, value: str, start: int, name_at: int | None = None) -> Token:
        line, column = self.place(start if name_at is None else name_at)
        return Token(kind=kind, value=value, line=line, column=column, offset=start, stop=self.at)

    def _delimited(self, kind: str, opening: str, closing: str) -> Token:
        start = self.at
        stop = self.text.find(closing, start + len(opening))
        if stop < 0:
            raise self.error("Unexpected end of file has occurred.", len(self.text))
        hyphens = self.text.find("--", start + len(opening), stop + 1) if kind == "comment" else -1
        if hyphens >= 0:  # .NET's XmlException
            raise self.error("An XML comment cannot contain '--', and '-' cannot be the last character.", hyphens)
        self.at = stop + len(closing)
        return self._token(kind, self.text[start + len(opening) : stop], start)

    def _end_tag(self) -> Token:
        start = self.at
        self.at += 2
        name = self._name()
        self._skip_space()
        self._expect(">")
        return self._token("end", name, start, start + 2)

    def _start_tag(self) -> Token:
        start = self.at
        self.at += 1
        name = self._name()
        attributes: dict[str, str] = {}
        while True:
            before = self.at
            self._skip_space()
            if self.text.startswith(("/>", ">"), self.at):
                break
            if before == self.at:
                raise self._unexpected("'>'")
            key_at = self.at
            key = self._name()
            if key in attributes:
                raise self.error(f"'{key}' is a duplicate attribute name.", key_at)
            attributes[key] = self._attribute_value()
        self_closing = self.text[self.at] == "/"
        self.at += 2 if self_closing else 1
        line, column = self.place(start + 1)
        return Token(
            kind="start",
            value=name,
            line=line,
            column=column,
            offset=start,
            stop=self.at,
            attributes=attributes,
            self_closing=self_closing,
        )

    def _attribute_value(self) -> str:
        self._skip_space()
        self._expect("=")
        self._skip_space()
        quote = self.text[self.at : self.at + 1]
        if quote not in {'"', "'"}:
            raise self._unexpected("'\"' or '''")
        start = self.at + 1
        stop = self.text.find(quote, start)
        if stop < 0:
            raise self.error("There is an unclosed literal string.", start)
        value = None if "<" in self.text[start:stop] else unescape_xml(self.text[start:stop])
        if expressions.starts(self.text[start:stop]) and (value is None or not expressions.is_whole(value)):
            expression_end = expressions.end(self.text, start + expressions.first(self.text[start:stop]))
            while expression_end is not None and self.text.startswith(tuple(expressions.SPACE), expression_end):
                expression_end += 1
            if expression_end is None or self.text[expression_end : expression_end + 1] != quote:
                raise self.error("The policy expression is not closed.", start)
            self.at = expression_end + 1
            return self.text[start:expression_end]
        if value is None:
            raise self._bad_character(start, stop, "'<', hexadecimal value 0x3C, is an invalid attribute character.")
        self.at = stop + 1
        return value

    def _text(self) -> Token:
        start = self.at
        stop = self.text.find("<", start)
        stop = len(self.text) if stop < 0 else stop
        value = unescape_xml(self.text[start:stop])
        first = start + len(self.text[start:stop]) - len(self.text[start:stop].lstrip(expressions.SPACE))
        if expressions.starts(self.text[first : first + 2]) and (
            value is None or not expressions.is_whole(value.lstrip(expressions.SPACE))
        ):
            expression_end = expressions.end(self.text, first)
            if expression_end is None:
                raise self.error("The policy expression is not closed.", first)
            after = self.text.find("<", expression_end)
            self.at = len(self.text) if after < 0 else after
            if self.text[expression_end : self.at].strip(expressions.SPACE):
                raise self.error("A policy expression has to be the whole text.", expression_end)
            return self._token("text", self.text[start : self.at], start)
        if value is None:
            raise self._bad_character(start, stop, "")
        self.at = stop
        return self._token("text", value, start)

    def _bad_character(self, start: int, stop: int, text: str) -> PolicySyntaxError:
        found = _BAD_REFERENCE.search(self.text, start, stop)
        if found:
            return self.error("An error occurred while parsing EntityName.", found.start() + 1)
        if "<" not in self.text[start:stop]:
            return self.error("A reference to an invalid character.", start + self.text[start:stop].find("&#"))
        return self.error(text, start + self.text[start:stop].find("<"))

    def _name(self) -> str:
        found = NAME.match(self.text, self.at)
        if not found:
            character = self.text[self.at : self.at + 1]
            if not character:
                raise self.error("Unexpected end of file has occurred.", self.at)
            code = ord(character)
            raise self.error(
                f"Name cannot begin with the '{character}' character, hexadecimal value 0x{code:02X}.", self.at
            )
        self.at = found.end()
        return found.group()

    def _skip_space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _expect(self, character: str) -> None:
        if not self.text.startswith(character, self.at):
            raise self._unexpected(f"'{character}'")
        self.at += 1

    def _unexpected(self, expected: str) -> PolicySyntaxError:
        if self.at >= len(self.text):
            return self.error("Unexpected end of file has occurred.", self.at)
        found = self.text[self.at]
        return self.error(f"'{found}' is an unexpected token. The expected token is {expected}.", self.at)


def unescape_xml(text: str) -> str | None:
    """The text with its references decoded; None when it holds an `&` that starts none, or no character of XML."""
    if "&" not in text:
        return text
    if _BAD_REFERENCE.search(text):
        return None
    try:
        return _REFERENCE.sub(lambda found: _character(found[1]), text)
    except ValueError:
        return None


def _character(reference: str) -> str:
    if not reference.startswith("#"):
        return _NAMED[reference]
    digits = reference[1:]
    found = chr(int(f"0{digits}", 16) if digits.startswith("x") else int(digits))
    if _NOT_XML.match(found):
        raise ValueError(reference)
    return found
