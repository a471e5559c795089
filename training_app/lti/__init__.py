"""LTI 1.3 Advantage, tool side: the only package that knows the library for it, and the only one that calls platforms.

What the library leaves open, and is closed here, stands in `docs/decisions/0014-lti.md`.
"""
