"""The values of configuration keys. Pure: no pulumi.

Whatever need not be known at plan time may be known later (`Later`, an Output), where the values come from a program
and not from a stack's file. `pulumi config set --path` writes `2` as a number and `true` as a flag: both are taken for
a text, too.
"""

from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, SecretStr, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from backend_mtls.admission import api_problems, service_problems
from backend_mtls.admission.api_problems import PATH_LENGTH
from backend_mtls.admission.inputs import Later, is_later
from backend_mtls.admission.service_problems import NAME_LENGTH
from backend_mtls.admission.tiers import Sku


class Keys(BaseModel):
    """A group of configuration keys: unknown ones are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=False,
        use_attribute_docstrings=True,
    )


class OrLater:
    """A value of the first type of the union, or one that is known later, which is taken as it is."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of the first type, around which an Output is let through."""
        inner = handler.generate_schema(get_args(source)[0])
        return core_schema.no_info_wrap_validator_function(
            lambda value, check: value if is_later(value) else check(value), inner
        )


def _as_text(value: object) -> object:
    """A whole number or a flag as the text that was written; a fraction may have been written otherwise (1.10)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _unit(name: str) -> Any:
    return Field(json_schema_extra={"unit": name})


_NotEmpty = Annotated[str, StringConstraints(min_length=1)]
_ApiPath = Annotated[str, StringConstraints(pattern=f"^{api_problems.PATH_SYNTAX}$", max_length=PATH_LENGTH)]
Text = Annotated[_NotEmpty, BeforeValidator(_as_text, json_schema_input_type=_NotEmpty | int | bool)]
Secret = Annotated[SecretStr, BeforeValidator(_as_text, json_schema_input_type=SecretStr | int | bool)]
ApiPath = Annotated[_ApiPath, BeforeValidator(_as_text, json_schema_input_type=_ApiPath | int | bool)]
ServiceName = Annotated[str, StringConstraints(pattern=f"^{service_problems.NAME}$", max_length=NAME_LENGTH)]
EntityName = Annotated[str, StringConstraints(pattern=r"^[^*#&+:<>?/\\% ]+$", min_length=1, max_length=71)]
"""Name of a certificate or an API: 80 characters that APIM takes, less the nine that a thumbprint adds."""

LateText = Annotated[Text | Later[str], OrLater()]
LateServiceName = Annotated[ServiceName | Later[str], OrLater()]
LatePath = Annotated[ApiPath | Later[str], OrLater()]
LateSku = Annotated[Sku | Later[str], OrLater()]
LateSecret = Annotated[Secret | Later[str], OrLater()]
LateFlag = Annotated[bool | Later[bool], OrLater()]
Natural = Annotated[int, Field(ge=0)]
LateNumber = Annotated[Natural | Later[int], OrLater()]

Guid = Annotated[LateText, _unit("GUID")]
ArmId = Annotated[LateText, _unit("ARM id")]
Url = Annotated[LateText, _unit("URL")]
Duration = Annotated[LateText, _unit("ISO 8601 duration")]
Base64 = Annotated[LateSecret, _unit("base64")]
Units = Annotated[LateNumber, _unit("scale units")]
Calls = Annotated[LateNumber, _unit("calls")]
Days = Annotated[Natural, _unit("days")]
Seconds = Annotated[float, Field(gt=0, json_schema_extra={"unit": "seconds"})]
