"""The resources of the interface `text`, which are looked up in a module of its name."""

import string

from componentize_py_types import Err
from wit_world.exports import text


class Template(text.Template):
    def __init__(self, source: str) -> None:
        self.source = source

    def complete(self, values: list[tuple[str, str]]) -> str:
        try:
            return string.Template(self.source).substitute(dict(values))
        except KeyError as error:
            raise Err(f"no value for {error.args[0]}") from error

    def names(self) -> list[str]:
        return string.Template(self.source).get_identifiers()

    @classmethod
    def join(cls, first: "Template", second: "Template") -> "Template":
        return cls(first.source + second.source)
