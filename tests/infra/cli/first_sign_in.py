"""The first sign-in on the command line, in a process of its own: a code follows the seed that it shows."""

import re
import subprocess
import sys
import time
from base64 import b32decode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

PASSWORD = "correct horse battery 9"


def first_sign_in(account_id: str, password: str, *options: str) -> tuple[str, str]:
    """Sign in, change the first password to `PASSWORD` and add a second factor; return the prompt and the answer."""
    words = [sys.executable, "-m", "infra.cli.main", "login", account_id, *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, text=True, **pipes) as process:  # type: ignore[call-overload]
        process.stdin.write(f"{password}\n{PASSWORD}\n")
        process.stdin.flush()
        prompt = process.stderr.readline()
        match = re.search(r"Seed: (\w+)", prompt)
        assert match is not None, prompt
        seed = match[1]
        code = TOTP(b32decode(seed + "=" * (-len(seed) % 8)), 6, SHA1(), 30).generate(int(time.time()))
        out, _ = process.communicate(code.decode() + "\n")
    assert process.returncode == 0
    return prompt, out
