"""What can be wrong with content, said to the person who wrote it."""


class ContentError(Exception):
    """Content that cannot be used as it stands.  The file comes first: ``ai-limits/module.toml: lacks 'slug'``."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file, self.problem = file, problem
