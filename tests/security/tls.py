"""Which versions of TLS a server speaks, asked one by one."""

import socket
import ssl
import warnings

VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def spoken(port: int, *, host: str) -> set[str]:
    """Name the versions in which a server on this machine takes up a conversation."""
    return {name for name, version in VERSIONS.items() if _speaks(port, host, version)}


def context_for(version: ssl.TLSVersion, purpose: int) -> ssl.SSLContext:
    """Make a context that speaks this version alone, with whatever ciphers it takes."""
    context = ssl.SSLContext(purpose)
    if purpose == ssl.PROTOCOL_TLS_CLIENT:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


def _speaks(port: int, host: str, version: ssl.TLSVersion) -> bool:
    context = context_for(version, ssl.PROTOCOL_TLS_CLIENT)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname=host) as secured:
                return secured.version() is not None
    except OSError:
        return False
