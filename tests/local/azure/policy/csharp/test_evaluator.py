"""An expression has the value that C# gives it, throws what .NET throws, or is refused by name."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.azure.policy.csharp import Lookup, NotServedExpressionError, Record, ThrownError, evaluate, parse

REQUEST = Record("IRequest", {"Method": "GET", "Headers": Lookup({"A": ("1", "2"), "B": ("",)}, "joined")})
VARIABLES = Lookup({"yes": True, "seven": 7, "name": "orders", "nothing": None}, "objects")
CONTEXT = Record("IProxyRequestContext", {"Request": REQUEST, "Variables": VARIABLES, "Product": None})


def value(expression: str) -> Any:
    return evaluate(parse(f"@({expression})"), {"context": CONTEXT})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 + 2) * 3", 9),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("2147483647 + 1", -2147483648),
        ("1 < 2 == true", True),
        ("1 >= 2 || 3 != 3", False),
        ("true || false && false", True),
        ("!true == false", True),
        ("1 < 2 ? 3 < 2 ? 1 : 2 : 3", 2),
        ('"a" + 1 + true + null', "a1True"),
        ('1 + 2 + "a"', "3a"),
        ('null ?? "b" ?? "c"', "b"),
        (r'"a\"\\\n"', 'a"\\\n'),
        ('@"a\\""b"', 'a\\"b'),
        ('"é✓".Length', 2),
        ("'a' == 'a'", True),
        ("1 /* 2 */ + 3 // 4", 4),
    ],
)
def test_operators_and_literals(expression: str, expected: object) -> None:
    assert value(expression) == expected
    assert type(value(expression)) is type(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"Orders".Equals("orders")', False),
        ('"Orders".Equals("orders", StringComparison.OrdinalIgnoreCase)', True),
        ('"Orders".Equals(null)', False),
        ('"Orders".StartsWith("Or") && "Orders".EndsWith("rs") && "Orders".Contains("der")', True),
        ('"Orders".Contains("ORD", StringComparison.Ordinal)', False),
        ('" a ".Trim() + "a".ToUpper() + "B".ToLowerInvariant()', "aAb"),
        ("\"Bearer x.y\".Split(' ')[1].Split('.')[0]", "x"),
        ("\"a,b;c\".Split(',', ';').Length", 3),
        ('string.IsNullOrEmpty("") && !String.IsNullOrWhiteSpace("a")', True),
        ('int.Parse(" -12 ") + Convert.ToInt32("2")', -10),
        ('Convert.ToBoolean("True") && bool.Parse("true") && !Convert.ToBoolean(null)', True),
        ('"a.b".Replace(".", "-") + string.Empty', "a-b"),
        ("(1 + 1).ToString()", "2"),
    ],
)
def test_methods(expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('context.Request.Headers.GetValueOrDefault("A", "none")', "1,2"),
        ('context.Request.Headers.GetValueOrDefault("C", "none")', "none"),
        ('context.Request.Headers.ContainsKey("B") && !context.Request.Headers.ContainsKey("C")', True),
        ('context.Request.Headers["A"][1]', "2"),
        ("context.Product?.Id.ToUpper() == null", True),
        ('(bool)context.Variables["yes"] && (int)context.Variables["seven"] > 6', True),
        ('(string)context.Variables["name"] == "orders"', True),
        ('context.Variables["name"].Equals("orders")', True),
        ('context.Variables["nothing"] == null', True),
        ('context.Variables.GetValueOrDefault<string>("name")', "orders"),
        ('context.Variables.GetValueOrDefault<bool>("no")', False),
        ('context.Variables.GetValueOrDefault("no", "default")', "default"),
        ('context.Variables.ContainsKey("no") ? 1 : 2', 2),
    ],
)
def test_the_context(expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("context.Product.Id", "Object reference not set to an instance of an object."),
        ('context.Variables["no"]', "The given key was not present in the dictionary."),
        ('(bool)context.Variables["name"]', "Unable to cast object of type 'System.String' to type 'System.Boolean'."),
        ("\"a\".Split(',')[1]", "Index was outside the bounds of the array."),
        ('int.Parse("a")', "Input string was not in a correct format."),
        ('int.Parse("2147483648")', "Value was either too large or too small for an Int32."),
        ('bool.Parse("yes")', "String was not recognized as a valid Boolean."),
        ("1 / 0", "Attempted to divide by zero."),
    ],
)
def test_what_throws(expression: str, message: str) -> None:
    with pytest.raises(ThrownError) as thrown:
        value(expression)
    assert str(thrown.value) == message


@pytest.mark.parametrize(
    "expression", ['true || "a".Split(\',\')[1] == ""', "false && 1 / 0 == 1", "true ? 1 : 1 / 0", 'null ?? "b"']
)
def test_what_is_not_reached_does_not_throw(expression: str) -> None:
    value(expression)


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("context.Foo", "'Foo' of IProxyRequestContext"),
        ("foo", "'foo'"),
        ("new Random()", "'Random'"),
        ("a => a", "'=> a'"),
        ('$"a"', "'$\"a\"'"),
        ("1.5", "'1.5'"),
        ("9999999999", "'9999999999'"),
        ("1 +", "an end in the middle"),
        ("(1", "an end in the middle"),
        ('Regex.IsMatch("a")', "'Regex.IsMatch'"),
        ('"a".PadLeft(3)', "'PadLeft' of System.String"),
        ('context.Variables["name"] == "orders"', "a comparison of references (an object without a cast)"),
        ('context.Variables.GetValueOrDefault("name")', "'GetValueOrDefault' without a type"),
        ('1 == "a"', "a comparison of System.Int32 with System.String"),
        ("1 && true", "System.Int32 as a condition"),
        ("true + 1", "System.Boolean as a number"),
        ('(int)"1"', "the conversion of System.String to 'int'"),
        ("(" * 70 + "1" + ")" * 70, "more than 60 levels"),
    ],
)
def test_what_is_not_served_is_refused_by_name(expression: str, named: str) -> None:
    with pytest.raises(NotServedExpressionError) as refused:
        value(expression)
    assert str(refused.value) == named


@pytest.mark.parametrize(
    "expression", ["1" + "+1" * 5000, "!" * 5000 + "true", "(int)" * 5000 + "1", '"a"' + ".Trim()" * 5000]
)
def test_an_expression_without_end_is_refused(expression: str) -> None:
    with pytest.raises(NotServedExpressionError, match="of this depth"):
        value(expression)


def test_statements_are_not_served() -> None:
    with pytest.raises(NotServedExpressionError, match="statements"):
        parse("@{ return true; }")


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 1000))
def test_numbers_are_calculated_as_in_csharp(one: int, two: int, three: int) -> None:
    quotient = int(two / three)
    assert value(f"{one} + {two} / {three}") == one + quotient
    assert value(f"{two} % {three}") == two - quotient * three
    assert value(f"{one} < {two} || {two} < {one} || {one} == {two}") is True


@given(st.text(st.sampled_from("abc\"()'.?:<>=!&|+@{}[] 1,\\"), max_size=30))
def test_any_text_is_evaluated_throws_or_is_refused(text: str) -> None:
    with suppress(ThrownError, NotServedExpressionError):
        value(text)
