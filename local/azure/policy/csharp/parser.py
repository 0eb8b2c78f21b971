"""Reads `@(…)` by precedence climbing; a new operator is a row of `_BINARY`, a new form a method."""

from functools import lru_cache

from local.azure.policy.csharp.failures import TOO_DEEP, NotServedExpressionError
from local.azure.policy.csharp.tokens import Token, tokens
from local.azure.policy.csharp.tree import (
    Binary,
    Call,
    Cast,
    Chain,
    Conditional,
    Constant,
    Index,
    Member,
    Name,
    Node,
    Unary,
)
from local.azure.policy.csharp.values import Char

_BINARY = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
"""Operator -> how tightly it binds."""
_KEYWORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_LARGEST = 2**31 - 1
_TYPES = {"string", "bool", "int", "object", "String", "Boolean", "Int32", "Object"}
_DEEPEST = 60


@lru_cache(maxsize=1024)
def parse(expression: str) -> Node:
    """The tree of `@(…)`; raises NotServedExpressionError for what is no such expression."""
    text = expression.strip()
    if not text.startswith("@("):
        raise NotServedExpressionError("statements")
    parser = _Parser(tokens(text[2:-1]))
    try:
        found = parser.expression()
    except RecursionError:
        raise NotServedExpressionError(TOO_DEEP) from None
    parser.expect("", kind="end")
    return found


class _Parser:
    """A position among the tokens."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *operators: str) -> str:
        """The operator that is next, if it is one of these, taken."""
        if self._next.kind != "operator" or self._next.text not in operators:
            return ""
        self._at += 1
        return self._tokens[self._at - 1].text

    def expect(self, text: str, kind: str = "operator") -> str:
        """Takes what has to be next."""
        token = self._next
        if token.kind != kind or (text and token.text != text):
            raise NotServedExpressionError(f"'{token.text}'" if token.text else "an end in the middle")
        self._at += 1
        return token.text

    def expression(self) -> Node:
        """The whole: `?:` and `??` bind least, and to the right."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotServedExpressionError(f"more than {_DEEPEST} levels")
        found = self._binary(1)
        if self._take("??"):
            found = Binary("??", found, self._coalesced())
        if self._take("?"):
            yes = self.expression()
            self.expect(":")
            found = Conditional(found, yes, self.expression())
        self._depth -= 1
        return found

    def _coalesced(self) -> Node:
        found = self._binary(1)
        return Binary("??", found, self._coalesced()) if self._take("??") else found

    def _binary(self, weakest: int) -> Node:
        left = self._unary()
        while self._next.kind == "operator" and _BINARY.get(self._next.text, 0) >= weakest:
            operator = self.expect("")
            left = Binary(operator, left, self._binary(_BINARY[operator] + 1))
        return left

    def _unary(self) -> Node:
        operators = []
        while operator := self._take("!", "-", "+"):
            operators.append(operator)
        found = self._cast()
        for operator in reversed(operators):
            found = Unary(operator, found)
        return found

    def _cast(self) -> Node:
        first, name, last = (*self._tokens[self._at :], *[Token("end", "")] * 3)[:3]
        if (first.text, last.text) == ("(", ")") and (name.kind, first.kind) == ("name", "operator"):
            after = self._tokens[self._at + 3]
            if name.text in _TYPES and (after.kind != "operator" or after.text in "(!"):
                self._at += 3
                return Cast(name.text, self._unary())
        return self._postfix()

    def _postfix(self) -> Node:
        found, chained = self._primary(), False
        while operator := self._take(".", "?.", "["):
            if operator == "[":
                found = Index(found, self.expression())
                self.expect("]")
                continue
            chained = chained or operator == "?."
            member = Member(found, self.expect("", kind="name"), operator == "?.")
            type_argument = self._type_argument()
            found = Call(member, type_argument, self._arguments()) if self._take("(") else member
        return Chain(found) if chained else found

    def _type_argument(self) -> str:
        """`<T>` in front of `(`."""
        four = [token.text for token in self._tokens[self._at : self._at + 4]]
        if len(four) < 4 or four[0] != "<" or four[2:] != [">", "("] or four[1] not in _TYPES:
            return ""
        self._at += 3
        return four[1]

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._take(")"):
            return ()
        while True:
            found.append(self.expression())
            if self._take(")"):
                return tuple(found)
            self.expect(",")

    def _primary(self) -> Node:
        if self._take("("):
            found = self.expression()
            self.expect(")")
            return found
        token = self._next
        self._at += 1
        match token.kind:
            case "number" if int(token.text[:12]) <= _LARGEST:
                return Constant(int(token.text))
            case "string":
                return Constant(token.text)
            case "char":
                return Constant(Char(token.text))
            case "name":
                return Constant(_KEYWORDS[token.text]) if token.text in _KEYWORDS else Name(token.text)
        raise NotServedExpressionError(f"'{token.text}'" if token.text else "an end in the middle")
