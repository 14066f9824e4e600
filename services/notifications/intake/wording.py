"""Bounces that say only in words what became of a letter: codes and phrases before the quoted letter."""

import re
from email.message import Message

from flufl.bounce import all_failures

from services.notifications.intake.domain import Fault, Finding, fault_of

READ_AT_MOST = 20_000  # characters of words: what matters stands at the beginning

_QUOTED = re.compile(
    r"^\W*(?:[- ]*(?:original message|message header|below this line|this is a copy|copy of the message"
    r"|returned message|unsent message|message follows|undelivered message|start of returned|enclosed is"
    r"|the following is a copy|the header of the original)"
    r"|Received: from|Return-Path: <)",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.#])([45])[0-5]\d(?=[\s\-:#)]|$)(?! +(?:days|hours|seconds|kb|bytes))", re.IGNORECASE)

_POLICY = re.compile(
    r"spam|black ?list|block ?list|blocked|denied by policy|policy|reputation|rbl|dnsbl|spf|dkim|dmarc"
    r"|authenticat|reverse (?:dns|hostname)|rate limit|too many (?:mails|messages)|rejected for policy|unsolicited"
    r"|banned|not authori[sz]ed to",
    re.IGNORECASE,
)
_NO_SUCH = re.compile(
    r"user unknown|unknown user|no such (?:user|address|mailbox|account|recipient|person)|no mailbox here"
    r"|does ?n[o']t have an? .{1,40} account|(?:user|account|mailbox|address|recipient) (?:\S+ )?"
    r"(?:does not exist|doesn't exist|not found|not exist|unknown|is unknown|invalid)|unknown (?:or illegal )?"
    r"(?:address|recipient|alias|account|mailbox|local part)|invalid (?:recipient|address|mailbox|user)"
    r"|not a valid (?:mailbox|user|address)|no account (?:by|with) that name|no recipients? by that name"
    r"|isn't in my control|not listed in|nobody by that name|that (?:e-?mail )?account (?:that )?you tried to reach"
    r"|unrouteable address|unable to find|not our customer|konto nie istnieje|nieznany u[zż]ytkownik"
    r"|нет такого|не существует|не найден|неизвестный получатель",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"mailbox (?:is )?full|mailbox exceeds|over ?quota|quota (?:exceeded|violation)|exceed\w* (?:\w+ ){0,3}quota"
    r"|full mailbox"
    r"|mailbox (?:size )?(?:limit )?exceeded|not enough (?:disk )?space|insufficient (?:system )?storage"
    r"|skrzynka (?:jest )?pe[łl]na|переполнен",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"still being retried|will (?:continue to|keep) (?:try|re)|warning message only|delayed \d|not yet been delivered"
    r"|do not need to resend",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"too (?:large|big)|size limit|exceeds .{0,30}size|virus|malware|attachment|line limit|too many recipients",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"timed? ?out|connection (?:refused|reset)|host (?:unknown|not found)|no such (?:host|domain)|dns error"
    r"|could not (?:connect|be reached)|retry time(?:out)? (?:not reached|exceeded)|too many hops|loop",
    re.IGNORECASE,
)
_FROM_MACHINE = re.compile(
    r"^\W*$|mailer-?daemon|postmaster|mail delivery|mail-?system|mdaemon|autonotify", re.IGNORECASE
)


def blames_policy(words: str) -> bool:
    """Whether ``words`` blame spam, a block or a missing proof rather than the address."""
    return bool(_POLICY.search(words))


def fault_in_words(words: str) -> Fault | None:
    """Return what ``words`` find fault with, where that can be told."""
    faults: tuple[tuple[re.Pattern[str], Fault], ...] = (
        (_DELAYED, "delayed"),
        (_FULL, "mailbox-full"),
        (_NO_SUCH, "no-such-address"),
        (_POLICY, "policy"),
        (_MESSAGE, "message"),
        (_NETWORK, "network"),
    )
    return next((fault for pattern, fault in faults if pattern.search(words)), None)


def bounce_in_words(message: Message) -> Finding | None:
    """Return what a bounce without fields says; `None` when it does not look like a bounce."""
    words = readable(message)
    named = _named_by_known_forms(message)
    if not named and not (_FROM_MACHINE.search(str(message.get("From", ""))) and _signs_of_failure(message, words)):
        return None
    status = next((each[0] for each in _STATUS.finditer(words)), "")
    code = _CODE.search(words)
    fault = fault_in_words(words) or (fault_of(status) if status else "unknown")
    if status and fault_of(status) == "policy":
        fault = "policy"
    severe = status.startswith("5") if status else bool(code and code[1] == "5")
    permanent = fault != "delayed" and (severe or (fault == "no-such-address" and not status and not code))
    return Finding(sort="bounce", source="words", permanent=permanent, fault=fault, status=status, recipients=named)


def _named_by_known_forms(message: Message) -> tuple[str, ...]:
    """Return the addresses that failed in one of the dozens of forms that flufl.bounce knows."""
    try:
        for_now, for_good = all_failures(message)
    except Exception:  # made for lists of one administrator, it trusts its input
        return ()
    return tuple(sorted(each.decode("ascii", "replace") for each in {*for_now, *for_good} if each))


def _signs_of_failure(message: Message, words: str) -> bool:
    told = f"{message.get('Subject', '')}\n{words[:2000]}"
    failed = re.search(r"undeliver|deliver|fail|return|reject|bounce|невозможн|не доставлен|niedostarcz", told, re.I)
    return bool(failed and (fault_in_words(words) or _STATUS.search(words) or _CODE.search(words)))


def readable(message: Message) -> str:
    """Return what a bounce says before it quotes the letter."""
    texts = []
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            break
        if part.get_content_maintype() == "text" and part.get_content_subtype() in ("plain", "html"):
            texts.append(_decoded(part))
            if sum(map(len, texts)) > READ_AT_MOST:
                break
    words = "\n".join(texts)[:READ_AT_MOST]
    quoted = _QUOTED.search(words)
    return words[: quoted.start()] if quoted and quoted.start() > 0 else words


def _decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")
