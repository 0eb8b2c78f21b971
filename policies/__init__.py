"""The rules as a Pulumi policy pack: `pulumi preview --policy-pack policies`.

Speaks Pulumi's analyzer protocol itself; docs/decisions/0011-policy-pack.md says why.
"""
