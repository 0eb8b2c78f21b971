"""Policy expressions, run: the part of C# 7 that local Azure serves. The rest is refused by name, never guessed.

source: learn.microsoft.com/azure/api-management/api-management-policy-expressions; the C# 7 specification for
operators, their order and conversions.
"""

from local.azure.policy.csharp.evaluator import evaluate
from local.azure.policy.csharp.failures import NotServedExpressionError, ThrownError
from local.azure.policy.csharp.parser import parse
from local.azure.policy.csharp.values import Lookup, Record, Url, Value, written

__all__ = [
    "Lookup",
    "NotServedExpressionError",
    "Record",
    "ThrownError",
    "Url",
    "Value",
    "evaluate",
    "parse",
    "written",
]
