"""What every refusal is like, whoever refuses and whatever was sent."""

import httpx2

MARK = "planted"
"""Stands in everything that these tests send and should not come back."""


def code(answer: httpx2.Response) -> str:
    """Return the code of a refusal, after holding its shape: problem+json that repeats nothing of what was sent."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert {"type", "title", "status", "code", "detail"} <= set(body), answer.text
    assert body["status"] == answer.status_code
    assert MARK not in answer.text, answer.text
    return str(body["code"])


def held(answer: httpx2.Response) -> str:
    """Return status and code of any answer that is no fault, for a list of what is wrong; ``""`` when nothing is."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.status_code >= 400:
        code(answer)
    return ""
