"""The npm packages that the pages need: what is fetched is what packages.json says, whole, and nothing else."""

import base64
import hashlib
import io
import json
import re
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import packages  # noqa: E402

PINNED = json.loads(packages.PACKAGES.read_text())


def archive_of(folder, files):
    """Write an archive as npm makes it, and return its path and its hash."""
    path = folder / "small-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path, "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Let npm fetch a small archive instead; return the packages.json that fits it."""
    path, integrity = archive_of(tmp_path, {"dist/a.js": b"a", "dist/a.css": b"b", "dist/a.map": b"c", "test/t.js": b"d"})

    def npm(command, **options):
        assert "small@1.0.0" in command
        (folder,) = (Path(word.partition("=")[2]) for word in command if word.startswith("--pack-destination="))
        (folder / path.name).write_bytes(path.read_bytes())
        return SimpleNamespace(returncode=0, stdout=json.dumps([{"filename": path.name}]), stderr="")

    monkeypatch.setattr(packages, "npm", npm)
    return {"small": {"version": "1.0.0", "integrity": integrity, "pages": ["dist/*.css"], "tools": ["dist/a.js"]}}


def files_under(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", PINNED)
def test_each_package_has_one_version_and_a_hash(name):
    assert re.fullmatch(r"\d+\.\d+\.\d+", PINNED[name]["version"])
    assert re.fullmatch(r"sha512-[\w+/]{86}==", PINNED[name]["integrity"])


def test_the_wanted_files_are_unpacked_and_no_others(small, tmp_path):
    packages.fetch(small, tmp_path / "npm")
    assert files_under(tmp_path / "npm") == ["pages/small/dist/a.css", "tools/small/dist/a.js"]
    assert (tmp_path / "npm/pages/small/dist/a.css").read_bytes() == b"b"


def test_what_is_no_longer_wanted_goes(small, tmp_path):
    packages.fetch(small, tmp_path / "npm")
    del small["small"]["tools"]
    packages.fetch(small, tmp_path / "npm")
    assert files_under(tmp_path / "npm") == ["pages/small/dist/a.css"]


def test_another_file_than_the_pinned_one_is_refused_and_the_old_ones_stay(small, tmp_path):
    packages.fetch(small, tmp_path / "npm")
    small["small"]["integrity"] = "sha512-" + "A" * 86 + "=="
    with pytest.raises(ValueError, match="small is not what packages.json says: its sha512 is"):
        packages.fetch(small, tmp_path / "npm")
    assert files_under(tmp_path) == ["npm/pages/small/dist/a.css", "npm/tools/small/dist/a.js", "small-1.0.0.tgz"]


def test_a_file_that_the_package_lacks_is_told(small, tmp_path):
    small["small"]["pages"] = ["dist/*.woff2"]
    with pytest.raises(ValueError, match=r"small 1.0.0 has no dist/\*.woff2: correct packages.json"):
        packages.fetch(small, tmp_path / "npm")
    assert not (tmp_path / "npm").exists()


def test_no_file_lands_outside(tmp_path):
    path, integrity = archive_of(tmp_path, {"../../../../outside.js": b"x"})
    with pytest.raises(ValueError, match="small has a file that would land outside"):
        packages.unpack(path, "small", {"version": "1.0.0", "integrity": integrity, "pages": ["*.js"]}, tmp_path / "npm")
    assert files_under(tmp_path) == [path.name]


def test_where_npm_fails_its_words_are_shown(monkeypatch, tmp_path):
    failed = SimpleNamespace(returncode=1, stdout="", stderr="npm error network")
    monkeypatch.setattr(packages, "npm", lambda *args, **options: failed)
    with pytest.raises(ValueError, match="npm could not fetch small@1.0.0; see that npm's registry can be reached(.|\n)*network"):
        packages.download("small@1.0.0", tmp_path)
