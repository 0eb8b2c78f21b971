"""The policy of a new API Management service.

source: the text as observed by pulumi-azure-native (pull request 3688): Azure answers it byte for byte, and the
provider compares with it before it creates a `Policy`.
"""

_LINES = """<!--
    IMPORTANT:
    - Policy elements can appear only within the <inbound>, <outbound>, <backend> section elements.
    - Only the <forward-request> policy element can appear within the <backend> section element.
    - To apply a policy to the incoming request (before it is forwarded to the backend service), place \
a corresponding policy element within the <inbound> section element.
    - To apply a policy to the outgoing response (before it is sent back to the caller), place \
a corresponding policy element within the <outbound> section element.
    - To add a policy position the cursor at the desired insertion point and click on the round button \
associated with the policy.
    - To remove a policy, delete the corresponding policy statement from the policy document.
    - Policies are applied in the order of their appearance, from the top down.
-->
<policies>
\t<inbound></inbound>
\t<backend>
\t\t<forward-request />
\t</backend>
\t<outbound></outbound>
</policies>"""

DEFAULT_POLICY = _LINES.replace("\n", "\r\n")
