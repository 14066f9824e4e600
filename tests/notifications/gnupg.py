"""GnuPG with a home of its own: makes keys for tests, and reads what was encrypted to them."""

import subprocess
import tempfile
from pathlib import Path


class GnuPG:
    """One person's GnuPG below ``home``, which must have a short path: the agent's socket is in it."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or Path(tempfile.mkdtemp(prefix="gpg-"))
        self.home.chmod(0o700)

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Return what GnuPG answers."""
        command = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--pinentry-mode", "loopback"]
        done = subprocess.run([*command, "--passphrase", "", *arguments], input=given, capture_output=True, check=False)
        if done.returncode:
            raise AssertionError(done.stderr.decode())
        return done.stdout

    def key(self, address: str, *, lasts: str = "1y", purpose: str = "", made: str = "") -> str:
        """Make a key and return its public half in ASCII armor; ``made`` is when, as in 20200101T000000."""
        at = ["--faked-system-time", made] if made else []
        algorithm = ["ed25519", "sign"] if purpose == "sign" else ["future-default", "default"]
        self.run(*at, "--quick-generate-key", f"Alena <{address}>", *algorithm, lasts)
        return self.public(address)

    def public(self, address: str) -> str:
        """Return a public key in ASCII armor."""
        return self.run("--armor", "--export", address).decode()

    def secret(self, address: str) -> str:
        """Return a secret key in ASCII armor."""
        return self.run("--armor", "--export-secret-keys", address).decode()

    def fingerprint(self, address: str) -> str:
        """Return the fingerprint of a key as GnuPG says it."""
        lines = self.run("--with-colons", "--fingerprint", address).decode().splitlines()
        return next(line.split(":")[9] for line in lines if line.startswith("fpr"))

    def revoke(self, address: str) -> str:
        """Revoke a key and return it."""
        file = self.home / "openpgp-revocs.d" / f"{self.fingerprint(address)}.rev"
        self.run("--import", given=file.read_text().replace(":-----BEGIN", "-----BEGIN").encode())
        return self.public(address)

    def revoke_subkey(self, address: str) -> str:
        """Revoke the subkey for encryption of a key, and return the key."""
        command = ["gpg", "--homedir", str(self.home), "--pinentry-mode", "loopback", "--passphrase", "", "--no-tty"]
        commands = b"key 1\nrevkey\ny\n0\n\ny\nsave\n"
        subprocess.run(
            [*command, "--command-fd", "0", "--edit-key", address], input=commands, check=True, capture_output=True
        )
        return self.public(address)

    def decrypt(self, armored: bytes) -> bytes:
        """Return what was encrypted."""
        return self.run("--decrypt", given=armored)

    def close(self) -> None:
        """End the agent."""
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=False, capture_output=True)
