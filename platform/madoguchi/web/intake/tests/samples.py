"""Small office documents, made here so that every sign in them is known."""

import io
import zipfile


def document(*runs: str) -> bytes:
    """Write a document whose one paragraph is cut into runs, as word processors do."""
    pieces = "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
    body = f"<w:document><w:body><w:p>{pieces}</w:p></w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
    return out.getvalue()
