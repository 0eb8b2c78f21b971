"""Certificates and the files that hold them: PFX, CA certificates, what a server presents. Pure."""
