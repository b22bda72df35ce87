"""English on a Japanese page: every word in Latin letters that is no name, code, address or unit."""

import re

from playwright.sync_api import Page

# What everybody in Japan writes in Latin letters.
WORDS = """
    csv pdf excel utf bom cp sjis shift jis line sms ic qr nw id url html http https cookie javascript wi fi
    pc edge chrome safari firefox windows mac ios android wcag aa ok faq km kb mb gb am pm api lgwan sla json
    zip png jpeg jpg tiff svg gif webp alt ctrl shift tab enter esc space no tel fax mail web it os usb
    sns madoguchi language english abcabc name role value
    dns spf dkim dmarc txt cname smtp usb pin openid connect microsoft entra google workspace oidc totp
    ipa owasp asvs asp lg iso jis ismap jpcert jvn docs reference security controls requirements md tests
    uri authenticator scope issuer client profile email docomo my au uq kum kur nan dai fuj des
    sftp ftp smb pem euc jp uuid lis webhook hmac sha post get put patch delete openapi include localhost
"""
ALLOWED = frozenset(WORDS.split())
# Codes, addresses, file names and examples of what to write are what they are in every language; the first
# part of a key is a code, too, on the rare day on which no digit is in it.
NAMES = re.compile(
    r"""
    https?://\S* | \S+@\S+ | [\w.-]+\.(?:localhost|example|jp|csv|pdf|xlsx|txt|png|svg|ics)\b\S*
    | \b(?=\w*\d)[\w.:-]+ | \b[0-9a-f]{8}\b | \{\w+\} | \bZ-\w+ | \b\w+/[\w+]+\b
    | 例：(?!https?:)/?[A-Za-z][A-Za-z './-]*
    """,
    re.VERBOSE,
)
WORD = re.compile(r"[A-Za-z]{2,}")
# What the reader sees or hears; a part in another language says so itself, what is quoted stays as it is.
TEXTS = """() => {
    const foreign = (one) => one.closest("[lang]")?.lang.startsWith("ja") === false;
    const unread = "code, kbd, q, samp, script, style, noscript, template";
    const kept = (one) => one && !foreign(one) && !one.closest(unread);
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (kept(walker.currentNode.parentElement)) texts.push(walker.currentNode.data);
    for (const one of document.querySelectorAll("[alt], [aria-label], [placeholder], [title]"))
        if (kept(one)) for (const name of ["alt", "aria-label", "placeholder", "title"])
            texts.push(one.getAttribute(name) || "");
    return texts.map((text) => text.trim()).filter(Boolean);
}"""


def foreign_words(page: Page) -> list[str]:
    """List the texts of a Japanese page that hold an English word."""
    if not str(page.evaluate("document.documentElement.lang")).startswith("ja"):
        return []
    return [text for text in page.evaluate(TEXTS) if words_of(text)][:8]


def words_of(text: str) -> list[str]:
    """List the English words of a text."""
    rest = NAMES.sub(" ", text)
    return [word for word in WORD.findall(rest) if word.lower() not in ALLOWED]
