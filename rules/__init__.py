"""What a safe mTLS set-up is: pure rules over a plain resource graph.

A preview, a state or a program under test becomes a `Graph` (graph.py), which is read as a set-up of services,
certificates, backends and policies (setup.py); each rule (catalog/) looks at that.
"""
