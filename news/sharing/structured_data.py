"""schema.org data about a release, for search engines."""

import json

from django.utils.safestring import SafeString, mark_safe

# A headline may say "</script>" or "<!--"; as JSON escapes these characters are harmless in HTML.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def script(data: dict) -> SafeString:
    """`data` as the content of a `<script type="application/ld+json">`; empty values are
    left out.
    """
    present = {key: value for key, value in data.items() if value not in (None, "", [], {})}
    text = json.dumps(present, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 -- escaped in the line above


def organisation(name: str, url: str) -> dict:
    return {"@type": "GovernmentOrganization", "name": name, "url": url}


def translation(url: str, lang: str) -> dict:
    """The same article in the other language."""
    return {"@type": "NewsArticle", "@id": url, "url": url, "inLanguage": lang}


def correction(text: str, lang: str, published: str) -> dict:
    """https://schema.org/CorrectionComment: what readers are told of a change."""
    return {
        "@type": "CorrectionComment",
        "text": text,
        "inLanguage": lang,
        "datePublished": published,
    }


def news_article(
    *,
    url: str,
    headline: str,
    description: str,
    lang: str,
    published: str,
    modified: str,
    images: list[str],
    section: str,
    publisher: dict,
    version: int,
    translated_as: dict | None = None,
    translated_from: dict | None = None,
    corrected: dict | None = None,
) -> dict:
    """https://schema.org/NewsArticle. Dates are ISO 8601; `published` is empty where it is in
    doubt. The original names its translation, the translation its original.
    """
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": headline,
        "description": description,
        "inLanguage": lang,
        "datePublished": published,
        "dateModified": modified,
        "image": images,
        "articleSection": section,
        "author": publisher,
        "publisher": publisher,
        "version": version,
        "workTranslation": translated_as,
        "translationOfWork": translated_from,
        "correction": corrected,
        "isAccessibleForFree": True,
    }
