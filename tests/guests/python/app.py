"""What Python is good at, as a component."""

import json
import math
import os
import re
import sys
from collections import Counter

import wit_world
from componentize_py_types import Err
from wit_world import exports
from wit_world.exports import text
from wit_world.exports.text import Form, Order, Word
from wit_world.imports import log


class WitWorld(wit_world.WitWorld):
    def greet(self, name: str) -> str:
        log.line(f"greeting {name}")
        return f"Hello, {name}!"

    def count_lines(self, path: str) -> int:
        limit = log.limit()
        try:
            with open(path, encoding="utf-8") as file:
                lines = sum(1 for _ in file)
        except OSError as error:
            raise Err(f"{error.strerror}: {path}") from error
        if lines > limit:
            raise Err(f"more than {limit} lines")
        return lines

    def write_file(self, path: str, text: str) -> None:
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise Err(f"{error.strerror}: {path}") from error

    def environment(self) -> list[tuple[str, str]]:
        return sorted(os.environ.items())

    def version(self) -> tuple[int, int]:
        return (sys.version_info.major, sys.version_info.minor)


class Text(exports.Text):
    def words(self, text: str, order: Order) -> list[Word]:
        counts = Counter(re.findall(r"\w+", text.lower()))
        if order == Order.BY_COUNT:
            # Equal counts stay in the order of their first use.
            items = counts.most_common()
        else:
            items = sorted(counts.items())
        return [Word(word, count) for word, count in items]

    def factorial(self, n: int) -> str:
        sys.set_int_max_str_digits(0)
        return str(math.factorial(n))

    def parse_json(self, source: str) -> text.Value:
        try:
            value = json.loads(source)
        except json.JSONDecodeError as error:
            raise Err(f"{error.msg} at {error.pos}") from error
        match value:
            case None:
                return text.Value_Null()
            case bool():
                return text.Value_Boolean(value)
            case int() | float():
                return text.Value_Number(float(value))
            case str():
                return text.Value_Text(value)
            case list() if all(isinstance(item, str) for item in value):
                return text.Value_List(value)
            case _:
                raise Err("neither a scalar nor a list of texts")

    def change(self, text: str, form: Form) -> str:
        if Form.UPPER in form:
            text = text.upper()
        if Form.REVERSED in form:
            text = text[::-1]
        return text

    def first_match(self, pattern: str, text: str) -> tuple[int, str] | None:
        match = re.search(pattern, text)
        return (match.start(), match.group()) if match else None

    def sum_bytes(self, bytes: bytes) -> int:
        return sum(bytes)
