"""CloudEvents 1.0 in JSON (structured mode): the envelope's attributes laid over the event that `data` holds."""

from __future__ import annotations

from typing import Any

from compliance.events.reasons import Refusal, refusal

_JSON_TYPES = ("application/json", "application/cloudevents+json", "text/json")
SERVICE_ATTRIBUTES = ("service", "serviceid")


def unwrap(envelope: dict[str, Any]) -> dict[str, Any] | Refusal:
    """Native event of an envelope: data's fields, then id, type, time and source of the envelope; service from either.

    CloudEvents 1.0.2, JSON format section 3. A Refusal where data is not a JSON object or the version is another.
    """
    if envelope["specversion"] != "1.0":
        return refusal(
            "ING-CLOUDEVENT", field="specversion", message=f"CloudEvents {envelope['specversion']!r}, not 1.0"
        )
    if "data_base64" in envelope:
        return refusal("ING-CLOUDEVENT", field="data_base64", message="binary data holds no event")
    media = envelope.get("datacontenttype")
    if media is not None and not _is_json(media):
        return refusal("ING-CLOUDEVENT", field="datacontenttype", message=f"data is {media!r}, not JSON")
    data = envelope.get("data", {})
    if not isinstance(data, dict):
        return refusal("ING-CLOUDEVENT", field="data", message="`data` is not a JSON object")
    event = dict(data)
    for name in ("id", "type", "time", "source"):
        if envelope.get(name) is not None:
            event[name] = envelope[name]
    for name in SERVICE_ATTRIBUTES:
        if event.get("service") is None and envelope.get(name) is not None:
            event["service"] = envelope[name]
    return event


def _is_json(media: Any) -> bool:
    if not isinstance(media, str):
        return False
    plain = media.partition(";")[0].strip().lower()
    return plain in _JSON_TYPES or plain.endswith("+json")
