"""The words of ``tanggap reviews``, Indonesian and English."""
# ruff: noqa: E501

from __future__ import annotations

from typing import Final

# fmt: off
REVIEW_WORDS: Final[dict[str, dict[str, str]]] = {
    "reviews.none": {"id": "Belum ada ulasan.", "en": "There are no reviews yet."},
    "reviews.standing": {"id": "{count} ulasan; yang terbaru {days} hari yang lalu.", "en": "{count} reviews; the newest is {days} day(s) old."},
    "reviews.week": {"id": "minggu mulai", "en": "week of"},
    "reviews.reviews": {"id": "ulasan", "en": "reviews"},
    "reviews.burst": {"id": "tampak dibeli", "en": "looks bought"},
    "reviews.burst_note": {
        "id": "Minggu yang ditandai berisi lebih banyak ulasan daripada yang dijelaskan minggu lain toko ini (peluang di bawah 1 per seribu).",
        "en": "A week that is marked holds more reviews than the shop's other weeks explain (a chance below one in a thousand)."},
    "reviews.no_burst": {"id": "Tidak ada minggu yang tampak dibeli.", "en": "No week looks bought."},
    "reviews.no_promoters": {"id": "Belum ada promotor (NPS).", "en": "There are no promoters (NPS) yet."},
    "reviews.promoters": {"id": "{count} promotor: {asked} sudah diminta ulasan, {wrote} menulisnya. Yang belum diminta di atas:",
                          "en": "{count} promoters: {asked} were asked for a review, {wrote} wrote one. Those not asked yet come first:"},
    "reviews.customer_id": {"id": "pelanggan", "en": "customer"},
    "reviews.score": {"id": "nilai", "en": "score"},
    "reviews.answered_at": {"id": "menjawab", "en": "answered"},
    "reviews.asked_at": {"id": "diminta", "en": "asked"},
    "reviews.reviewed_at": {"id": "mengulas", "en": "reviewed"},
    "reviews.more": {"id": "… dan {count} lagi; semuanya dengan --promoters FILE.csv", "en": "… and {count} more; all of them with --promoters FILE.csv"},
    "reviews.written": {"id": "{count} promotor ditulis ke {path}.", "en": "Wrote {count} promoters to {path}."},
}
