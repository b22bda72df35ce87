"""Mails that come back, as real servers write them."""

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.docomo.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<taro@example.jp>: host mx.example.jp said: {said}

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.relay.example
X-Postfix-Queue-ID: 4ABC
Arrival-Date: Sat, 21 Nov 2026 11:00:00 +0900

Final-Recipient: rfc822; taro@example.jp
Original-Recipient: rfc822;taro@example.jp
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.jp
Diagnostic-Code: smtp; {said}

--B
Content-Type: message/rfc822

From: no-reply@midori.localhost
To: taro@example.jp
Subject: x

x
--B--
"""

COMPLAINT = """\
From: feedback@isp.example
To: {to}
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Test/1.0
Version: 1

--B
Content-Type: message/rfc822

Return-Path: <{path}>
From: no-reply@midori.localhost
Subject: x

x
--B--
"""

HOLIDAY = """\
From: taro@example.jp
To: {to}
Subject: Re: x
Auto-Submitted: auto-replied

I am away until 550 5.1.1 o'clock.
"""


def bounce(
    to: str,
    *,
    said: str = "550 5.1.1 <taro@example.jp>: Recipient address rejected: User unknown",
    status: str = "5.1.1",
    action: str = "failed",
) -> bytes:
    """Write what a mail server sends back that could not deliver."""
    return POSTFIX.format(to=to, said=said, status=status, action=action).replace("\n", "\r\n").encode()


def complaint(to: str, *, path: str, kind: str = "abuse") -> bytes:
    """Write what a mail company sends whose customer pressed the button for spam."""
    return COMPLAINT.format(to=to, path=path, kind=kind).replace("\n", "\r\n").encode()


def holiday(to: str) -> bytes:
    """Write the answer of somebody who is away."""
    return HOLIDAY.format(to=to).replace("\n", "\r\n").encode()
