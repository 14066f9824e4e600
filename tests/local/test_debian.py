"""Unpacking Debian's packages: what is told to apt, and what is changed in what came."""

from pathlib import Path

import pytest

from deploy.local import debian
from deploy.waiting import Failed


def options(folder: str) -> dict[str, str]:
    """Return apt's settings by name."""
    words = debian.apt_options(Path(folder))
    return dict(word.split("=", 1) for word in words if word != "-o")


def test_apt_keeps_lists_and_packages_in_our_folder() -> None:
    told = options("/home/me/apt")
    assert {name: told[name] for name in ("Dir::State::Lists", "Dir::Cache", "Dir::Cache::Archives")} == {
        "Dir::State::Lists": "/home/me/apt/lists",
        "Dir::Cache": "/home/me/apt",
        "Dir::Cache::Archives": "/home/me/apt/archives",
    }


def test_apt_needs_no_lock_and_no_other_user() -> None:
    told = options("/x")
    assert (told["Debug::NoLocking"], told["APT::Sandbox::User"]) == ("1", "")


def test_erlang_starts_from_the_folder_it_was_unpacked_into() -> None:
    script = "#!/bin/sh\nif x; then\n    ROOTDIR=/usr/lib/erlang\nfi\nBINDIR=$ROOTDIR/erts-13.1.5/bin\n"
    moved = '#!/bin/sh\nif x; then\n    ROOTDIR="/a b/usr/lib/erlang"\nfi\nBINDIR=$ROOTDIR/erts-13.1.5/bin\n'
    assert debian.relocated(script, Path("/a b")) == moved


def test_erlang_starts_after_its_folder_was_moved() -> None:
    script = "if x; then\n    ROOTDIR=/usr/lib/erlang\nfi\n"
    moved = debian.relocated(debian.relocated(script, Path("/a b")), Path("/c \\1 d"))
    assert moved == 'if x; then\n    ROOTDIR="/c \\1 d/usr/lib/erlang"\nfi\n'


def test_what_was_unpacked_before_is_told_where_it_lies_now(tmp_path: Path) -> None:
    script = tmp_path / "usr" / "lib" / "erlang" / "bin" / "erl"
    script.parent.mkdir(parents=True)
    script.write_text('    ROOTDIR="/where/it/was/usr/lib/erlang"\n')
    (tmp_path / ".rabbitmq-server").touch()
    debian.unpack(["rabbitmq-server"], tmp_path, say=lambda _: None)
    assert script.read_text() == f'    ROOTDIR="{tmp_path}/usr/lib/erlang"\n'


def test_what_is_said_of_another_folder_stays() -> None:
    script = "ROOTDIR=/usr/lib/erlang-other\n# ROOTDIR=/usr/lib/erlang is replaced\n"
    assert debian.relocated(script, Path("/a")) == script


def test_missing_libraries_are_read_from_ldd() -> None:
    said = (
        "\tlinux-vdso.so.1 (0x00007ffd)\n"
        "\tlibcurl.so.4 => not found\n"
        "\tlibssl.so.3 => /lib/x86_64-linux-gnu/libssl.so.3 (0x00007f)\n"
        "\tliblzma.so.5 => not found\n"
    )
    assert debian.missing_libraries(said) == ["libcurl.so.4", "liblzma.so.5"]


def test_unpacked_libraries_and_programs_are_in_reach(tmp_path: Path) -> None:
    folder = tmp_path / "usr" / "lib" / "x86_64-linux-gnu"
    folder.mkdir(parents=True)
    (folder / "libcurl.so.4.8.0").touch()
    env = debian.environment(tmp_path, {"PATH": "/opt/bin", "LD_LIBRARY_PATH": "/opt/lib"})
    assert env == {"PATH": "/opt/bin:/usr/sbin:/sbin:/usr/bin:/bin", "LD_LIBRARY_PATH": f"{folder}:/opt/lib"}


def test_nothing_unpacked_means_nothing_added(tmp_path: Path) -> None:
    assert "LD_LIBRARY_PATH" not in debian.environment(tmp_path, {"PATH": "/bin"})


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / ".rabbitmq-server").touch()
    said: list[str] = []
    debian.unpack(["rabbitmq-server"], tmp_path, say=said.append)
    assert said == []


def test_without_apt_the_other_ways_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Failed, match="MONGO_URL and AMQP_URL, or use docker compose"):
        debian.unpack(["rabbitmq-server"], tmp_path, say=lambda _: None)
