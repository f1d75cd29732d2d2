"""Coroutines as asynchronous exports, and streams both ways."""

import asyncio

import componentize_py_async_support
import wit_world
from componentize_py_async_support.streams import ByteStreamReader, ByteStreamWriter, StreamReader
from componentize_py_types import Err
from wit_world.imports import host


class WitWorld(wit_world.WitWorld):
    async def greet(self, key: str) -> str:
        return f"Hello, {await host.fetch(key)}!"

    async def all(self, keys: list[str]) -> list[str]:
        return await asyncio.gather(*map(answer, keys))

    async def total(self, numbers: StreamReader[int]) -> int:
        total = 0
        with numbers:
            while chunk := await numbers.read(100):
                total += sum(chunk)
        return total

    async def upper(self, bytes: ByteStreamReader) -> ByteStreamReader:
        writer, reader = wit_world.byte_stream()
        componentize_py_async_support.spawn(copy_upper(bytes, writer))
        return reader


async def answer(key: str) -> str:
    try:
        return await host.fetch(key)
    except Err as error:
        return f"({error.value})"


async def copy_upper(reader: ByteStreamReader, writer: ByteStreamWriter) -> None:
    with reader, writer:
        while chunk := await reader.read(1 << 16):
            if await writer.write_all(chunk.upper()) < len(chunk):
                return
