"""Secrets for containers: made once, and each holder's folder holds only what it needs."""

import json
from pathlib import Path

import pytest
import typer

from deploy.keys import main
from deploy.rabbitmq.definitions import CONSUMES

OWN = {"amqp_password", "amqp_url", "event_secrets", "link_secrets", "mongo_url", "vault_secrets"}


def everything(folder: Path) -> dict[str, str]:
    """Return all files below ``folder`` but the definitions, which hold fresh salts each time."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != "definitions.json")
    return {str(file.relative_to(folder)): file.read_text() for file in files}


def test_each_holder_is_given_only_its_own(tmp_path: Path) -> None:
    main(tmp_path)
    found = {folder.name: {file.name for file in folder.iterdir()} for folder in tmp_path.iterdir()}
    assert found == dict.fromkeys(CONSUMES, OWN) | {
        "portal": {"session_secrets"},
        "mongo": {"keyfile", "password-root", *(f"password-{service}" for service in CONSUMES)},
        "rabbitmq": {"definitions.json", "password-admin"},
    }


def test_a_second_run_changes_no_secret(tmp_path: Path) -> None:
    main(tmp_path)
    before = everything(tmp_path)
    main(tmp_path)
    assert everything(tmp_path) == before


def test_services_share_the_keys_of_events_and_links_and_no_other(tmp_path: Path) -> None:
    main(tmp_path)
    different = {name: len({(tmp_path / service / name).read_text() for service in CONSUMES}) for name in OWN}
    all_different = len(CONSUMES)
    assert different == dict.fromkeys(OWN, all_different) | {"event_secrets": 1, "link_secrets": 1}


@pytest.mark.parametrize("name", ["event_secrets", "link_secrets", "vault_secrets"])
def test_a_new_secret_goes_in_front_and_the_old_one_stays(tmp_path: Path, name: str) -> None:
    main(tmp_path)
    old = {service: (tmp_path / service / name).read_text() for service in CONSUMES}
    main(tmp_path, rotate=[name])
    new = {service: (tmp_path / service / name).read_text().split() for service in CONSUMES}
    assert {service: words[1:] for service, words in new.items()} == {service: [word] for service, word in old.items()}
    shared = name != "vault_secrets"
    assert len({words[0] for words in new.values()}) == (1 if shared else len(CONSUMES))


def test_a_password_is_no_list_of_secrets(tmp_path: Path) -> None:
    main(tmp_path)
    with pytest.raises(typer.BadParameter, match="choose of event_secrets"):
        main(tmp_path, rotate=["amqp_password"])


def test_definitions_know_the_users_of_the_urls(tmp_path: Path) -> None:
    main(tmp_path)
    users = json.loads((tmp_path / "rabbitmq" / "definitions.json").read_text())["users"]
    assert [user["name"] for user in users] == [*CONSUMES, "admin"]
