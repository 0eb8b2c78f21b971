"""Azure's built-in roles that have to do with the certificates in a Key Vault. Pure.

Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles.
"""

KEY_VAULT_CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
"""Id of the role that reads certificates with their secrets, and changes nothing."""
ROLES = {
    KEY_VAULT_CERTIFICATE_USER: "Key Vault Certificate User",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
    "a4417e6f-fecd-4de8-b567-7b0420556985": "Key Vault Certificates Officer",
    "14b46e9e-c2b7-41b4-b07b-48a6ebf60603": "Key Vault Crypto Officer",
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
    "21090545-7ca7-4776-b22c-e363652d74d2": "Key Vault Reader",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
}
"""Id -> name."""
READING_ROLES = frozenset(
    {
        "Key Vault Certificate User",
        "Key Vault Secrets User",
        "Key Vault Secrets Officer",
        "Key Vault Administrator",
    }
)
"""Those that let an identity read a certificate with its key (the secret's value)."""
