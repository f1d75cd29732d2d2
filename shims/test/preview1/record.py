"""Writes down what wasmtime answers to the calls of cases.mjs.

    pip install wasmtime==50.0.1
    python shims/test/preview1/record.py
"""

import base64, json, os, subprocess, tempfile
from pathlib import Path
from wasmtime import Engine, ExitTrap, Linker, Module, Store, Trap, WasiConfig, WasmtimeError

here = Path(__file__).parent
script = """
import { CASES } from './cases.mjs';
import { forwarder } from './module.mjs';
const module = Buffer.from(forwarder()).toString('base64');
console.log(JSON.stringify({ module, cases: CASES }));
"""
given = json.loads(
    subprocess.check_output(["node", "--input-type=module", "--eval", script], cwd=here)
)
engine = Engine()
module = Module(engine, base64.b64decode(given["module"]))


def folder(root):
    (root / "hello.txt").write_text("hello world")
    (root / "sub").mkdir()
    (root / "sub/inner.txt").write_text("inner")
    os.symlink("hello.txt", root / "link")
    os.symlink("..", root / "out")
    os.symlink("loop", root / "loop")


def number(value):
    if not isinstance(value, str):
        return value
    value = int(value[:-1]) % 2**64
    return value - 2**64 if value >= 2**63 else value


def run(steps, root):
    (root / "dir").mkdir()
    folder(root / "dir")
    (root / "input").write_text("input")
    config = WasiConfig()
    config.argv = ["prog", "ä"]
    config.env = [("KEY", "value")]
    config.stdin_file = str(root / "input")
    config.stdout_file = str(root / "stdout")
    config.stderr_file = str(root / "stderr")
    config.preopen_dir(str(root / "dir"), "/dir")
    store = Store(engine)
    store.set_wasi(config)
    linker = Linker(engine)
    linker.define_wasi()
    exports = linker.instantiate(store, module).exports(store)
    memory = exports["memory"]
    outcomes = []
    for step in steps:
        for pointer, text in step.get("put", []):
            memory.write(store, text.encode("latin1"), pointer)
        try:
            args = [number(arg) for arg in step.get("args", [])]
            errno = exports[step["call"]](store, *args)
        except (ExitTrap, Trap, WasmtimeError):
            errno = "trap"
        got = [memory.read(store, ptr, ptr + length).hex() for ptr, length in step.get("get", [])]
        outcomes.append([errno, *got])
    return outcomes


def run_program(root):
    (root / "dir").mkdir()
    (root / "input").write_text("a\nb\n")
    config = WasiConfig()
    config.argv = ["program", "x", "ä"]
    config.env = [("KEY", "value")]
    config.stdin_file = str(root / "input")
    config.stdout_file = str(root / "stdout")
    config.preopen_dir(str(root / "dir"), "/data")
    store = Store(engine)
    store.set_wasi(config)
    linker = Linker(engine)
    linker.define_wasi()
    program = Module.from_file(engine, str(here / "program.wasm"))
    exports = linker.instantiate(store, program).exports(store)
    try:
        exports["_start"](store)
        code = 0
    except ExitTrap as trap:
        code = trap.code
    return (root / "stdout").read_text() + f"code {code}\n"


recorded = {}
for name, steps in given["cases"].items():
    with tempfile.TemporaryDirectory() as root:
        recorded[name] = run(steps, Path(root))
lines = []
for name, outcomes in recorded.items():
    rows = ",\n".join(f"    {json.dumps(outcome)}" for outcome in outcomes)
    lines.append(f"  {json.dumps(name)}: [\n{rows}\n  ]")
(here / "wasmtime.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
with tempfile.TemporaryDirectory() as root:
    (here / "program.txt").write_text(run_program(Path(root)))
