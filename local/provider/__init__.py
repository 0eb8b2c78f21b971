"""The stand-in `azure-native` resource provider: the tokens that this project uses, spoken to local Azure's ARM.

Owns: the plugin process, and how inputs become ARM requests and answers become outputs, as the real provider does it.
Does not own: what ARM accepts, or when the engine calls which method.
"source:" in this package names files of github.com/pulumi/pulumi-azure-native, under provider/pkg.
"""
