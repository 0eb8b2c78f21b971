"""Runs a syntax tree. Types are checked where they meet: what C# would not compile is not served."""

from collections.abc import Callable, Mapping

from local.azure.policy.csharp import members
from local.azure.policy.csharp.failures import TOO_DEEP, NotServedExpressionError, ThrownError
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
from local.azure.policy.csharp.values import NULL_REFERENCE, Boxed, Char, Value, cast, kind, written

Names = Mapping[str, Value]


class _NullOfChain(Exception):  # noqa: N818  no error: the chain is null
    """A `?.` met null."""


def evaluate(node: Node, names: Names) -> Value:
    """The value; raises ThrownError and NotServedExpressionError. An `object` comes unboxed."""
    try:
        value = _value(node, names)
    except RecursionError:
        raise NotServedExpressionError(TOO_DEEP) from None
    return value.value if isinstance(value, Boxed) else value


def _value(node: Node, names: Names) -> Value:
    match node:
        case Constant(value):
            return value
        case Name(name):
            if name not in names:
                raise NotServedExpressionError(f"'{name}'")
            return names[name]
        case Member() | Call() | Index() | Chain():
            return _reached(node, names)
        case Cast(type_name, operand):
            return cast(_value(operand, names), type_name)
        case Unary(operator, operand):
            return _unary(operator, _value(operand, names))
        case Conditional(test, yes, no):
            return _value(yes if _boolean(_value(test, names)) else no, names)
    return _binary(node, names)


def _reached(node: Member | Call | Index | Chain, names: Names) -> Value:
    """What dots and brackets lead to."""
    match node:
        case Member(target, name, or_null):
            if isinstance(target, Name) and target.name not in names:
                return members.static_property(target.name, name)
            return members.property_of(_target(target, or_null, names), name)
        case Call(method, type_argument, arguments):
            return _called(method, type_argument, arguments, names)
        case Index(target, argument):
            return members.indexed(_target(target, or_null=False, names=names), _value(argument, names))
        case Chain(inside):
            try:
                return _value(inside, names)
            except _NullOfChain:
                return None


def _target(node: Node, or_null: bool, names: Names) -> Value:
    found = _value(node, names)
    inner = found.value if isinstance(found, Boxed) else found
    if inner is None:
        raise _NullOfChain if or_null else ThrownError(NULL_REFERENCE)
    return found


def _called(method: Member, type_argument: str, arguments: tuple[Node, ...], names: Names) -> Value:
    if isinstance(method.target, Name) and method.target.name not in names:
        given = [_value(each, names) for each in arguments]
        return members.static_method(method.target.name, method.name, given)
    target = _target(method.target, method.or_null, names)
    return members.method_of(target, method.name, type_argument, [_value(each, names) for each in arguments])


def _unary(operator: str, value: Value) -> Value:
    if operator == "!":
        return not _boolean(value)
    number = _integer(value)
    return _wrapped(-number) if operator == "-" else number


def _binary(node: Binary, names: Names) -> Value:
    left = _value(node.left, names)
    match node.operator:
        case "&&":
            return _boolean(left) and _boolean(_value(node.right, names))
        case "||":
            return _boolean(left) or _boolean(_value(node.right, names))
        case "??":
            empty = left is None or (isinstance(left, Boxed) and left.value is None)
            return _value(node.right, names) if empty else left
    right = _value(node.right, names)
    if node.operator in {"==", "!="}:
        return _equal(left, right) is (node.operator == "==")
    if node.operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return written(left) + written(right)
    return _OPERATIONS[node.operator](_integer(left), _integer(right))


def _equal(left: Value, right: Value) -> bool:
    plain = [each.value if isinstance(each, Boxed) else each for each in (left, right)]
    if None in plain:
        return plain[0] is plain[1]
    if isinstance(left, Boxed) or isinstance(right, Boxed):
        raise NotServedExpressionError("a comparison of references (an object without a cast)")
    if type(left) is not type(right) or not isinstance(left, bool | int | str | Char):
        raise NotServedExpressionError(f"a comparison of {kind(left)} with {kind(right)}")
    return left == right


def _boolean(value: Value) -> bool:
    if not isinstance(value, bool):
        raise NotServedExpressionError(f"{kind(value)} as a condition")
    return value


def _integer(value: Value) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotServedExpressionError(f"{kind(value)} as a number")
    return value


def _wrapped(number: int) -> int:
    """Overflows as an unchecked Int32 does."""
    return (number + 2**31) % 2**32 - 2**31


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise ThrownError("Attempted to divide by zero.")
    return _wrapped(abs(left) // abs(right) * (1 if (left < 0) is (right < 0) else -1))


_OPERATIONS: dict[str, Callable[[int, int], Value]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "+": lambda left, right: _wrapped(left + right),
    "-": lambda left, right: _wrapped(left - right),
    "*": lambda left, right: _wrapped(left * right),
    "/": _quotient,
    "%": lambda left, right: left - _quotient(left, right) * right,
}
