"""Leaves out azure-native's aliases for the old API versions of a type.

Each azure-native resource registers an alias `azure-native:<module>/v<date>:<Class>` for every API version there ever
was (25 and more for apimanagement), and the SDK turns each into a URN: 80 % of a Python program's time (pulumi#10333,
pulumi-azure-native#1493). Only a stack whose state still holds such an old token needs them; such a stack calls
`keep_version_aliases()` before its first component. An alias that the program gives is never touched.
"""

import re

import pulumi

_OLD_TOKEN = re.compile(r"azure-native:[a-z]+/v\d{8}(preview|privatepreview|beta)?:\w+")
_kept = False


def keep_version_aliases() -> None:
    """Keeps the aliases from now on, in this program: for a stack that was born under old tokens."""
    global _kept  # noqa: PLW0603 (a switch for the whole program, as the state it speaks about is one)
    _kept = True


def without(options: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """A component's options, with the transformation that drops the aliases from its children."""
    if _kept:
        return options
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(transformations=[_drop]))


def _drop(resource: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    aliases = resource.opts.aliases
    if not isinstance(aliases, list):
        return None
    resource.opts.aliases = [each for each in aliases if not _is_old_token(each)]
    return pulumi.ResourceTransformationResult(props=resource.props, opts=resource.opts)


def _is_old_token(alias: object) -> bool:
    return isinstance(alias, pulumi.Alias) and isinstance(alias.type_, str) and bool(_OLD_TOKEN.fullmatch(alias.type_))
