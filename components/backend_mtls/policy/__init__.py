"""The language of policy documents: reading one, binding into it, comparing two. Pure."""
