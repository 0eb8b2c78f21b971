"""The syntax tree of an expression."""

from dataclasses import dataclass

from local.azure.policy.csharp.values import Value


@dataclass(frozen=True)
class Constant:
    """A literal."""

    value: Value


@dataclass(frozen=True)
class Name:
    """An identifier on its own: `context`, `Convert`, `StringComparison`."""

    name: str


@dataclass(frozen=True)
class Member:
    """`target.name` or `target?.name`."""

    target: "Node"
    name: str
    or_null: bool


@dataclass(frozen=True)
class Call:
    """`target.name<type>(arguments)`."""

    method: Member
    type: str
    """The type argument; empty without one."""
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Index:
    """`target[argument]`."""

    target: "Node"
    argument: "Node"


@dataclass(frozen=True)
class Chain:
    """Members, calls and indexes of which one is `?.`: null there is null of the whole."""

    inside: "Node"


@dataclass(frozen=True)
class Cast:
    """`(type)operand`."""

    type: str
    operand: "Node"


@dataclass(frozen=True)
class Unary:
    """`!operand`, `-operand`, `+operand`."""

    operator: str
    operand: "Node"


@dataclass(frozen=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Conditional:
    """`test ? yes : no`."""

    test: "Node"
    yes: "Node"
    no: "Node"


Node = Constant | Name | Member | Call | Index | Chain | Cast | Unary | Binary | Conditional
