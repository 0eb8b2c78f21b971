"""A whole set-up as plain, nested data (service, certificates, apis): its keys, what is wrong with them, what is built.

The configuration of a stack is such data, and so are the arguments of `BackendMtls` in every Pulumi language.
"""
