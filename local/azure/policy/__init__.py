"""Policy documents: read leniently, given back as Azure does, checked against what Azure knows."""

from local.azure.policy.elements import KNOWN, SECTIONS, Problem, problems, problems_inside
from local.azure.policy.parser import Element, PolicySyntaxError, parse
from local.azure.policy.references import Reference, references
from local.azure.policy.serialiser import serialise

__all__ = [
    "KNOWN",
    "SECTIONS",
    "Element",
    "PolicySyntaxError",
    "Problem",
    "Reference",
    "parse",
    "problems",
    "problems_inside",
    "references",
    "serialise",
]
