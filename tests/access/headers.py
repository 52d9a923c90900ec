"""What every answer carries, whoever asks for what and however it ends (trust.md §6 row 18)."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponseBase

# How many answers were compared, by their status.
COMPARED: Counter[int] = Counter()
PRODUCTION = {
    "SECURE_HSTS_SECONDS": 31536000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
}
OFF = [
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
]
ALWAYS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in OFF),
}
PAGE = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
# Signed in not "no-referrer": with it browsers post forms with "Origin: null", which the CSRF check refuses.
REFERRER = {"same-origin", "no-referrer"}
SIGNED_IN = {"same-origin"}
FILE = {"default-src 'none'", "sandbox"}


def wrong_headers(response: HttpResponseBase, *, signed_in: bool) -> str | None:
    """What differs from the list; None when nothing does."""
    COMPARED[response.status_code] += 1
    for name, value in ALWAYS.items():
        if response.headers.get(name) != value:
            return f"{name}: {response.headers.get(name)!r}"
    policy = {part.strip() for part in response.headers.get("Content-Security-Policy", "").split(";")}
    if policy != PAGE and not (policy == FILE and "Content-Disposition" in response.headers):
        return f"Content-Security-Policy: {sorted(policy)}"
    if response.headers.get("Referrer-Policy") not in (SIGNED_IN if signed_in else REFERRER):
        return f"Referrer-Policy: {response.headers.get('Referrer-Policy')!r}"
    if signed_in and response.headers.get("Cache-Control") != "no-store":
        return f"Cache-Control: {response.headers.get('Cache-Control')!r}"
    if told := {"Server", "X-Powered-By"} & response.headers.keys():
        return f"tells {told}"
    return None
