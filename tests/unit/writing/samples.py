"""What do the writing tests write about?"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from agent.writing.macros import Macros, load_macros
from tools.domain.party import SellerId
from tools.domain.shipment import ParcelReport, ScanStatus, ShipmentId, TrackingEvent

LOCALES = ("en", "de", "es", "fr", "it", "pt")
PROMPTS = Path(__file__).parents[3] / "prompts"
MACROS = load_macros(PROMPTS, LOCALES)
THURSDAY = date(2026, 3, 5)
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)

PARCEL = ParcelReport(
    shipment=ShipmentId("s1"),
    seller=SellerId("kiln"),
    seller_name="Kiln Street",
    titles=("Blue mug", "Tall vase"),
    milestone="in_transit",
    condition="on_time",
    carrier="Parcelo",
    tracking_number="PX77",
    expected_by=THURSDAY,
)


def parcel(**changes: object) -> ParcelReport:
    return ParcelReport.model_validate({**PARCEL.model_dump(), **changes})


def scan(status: ScanStatus = "in_transit", place: str | None = None) -> TrackingEvent:
    return TrackingEvent(at=NOON - timedelta(hours=5), status=status, place=place)


def write_macros(folder: Path, **locales: Mapping[str, str] | str) -> Path:
    """Write one macro file a locale, from wordings or from the text of the file itself."""
    (folder / "macros").mkdir()
    for locale, texts in locales.items():
        lines = (
            texts if isinstance(texts, str) else "\n".join(f"{k}: {v}" for k, v in texts.items())
        )
        (folder / "macros" / f"{locale}.yaml").write_text(lines, encoding="utf-8")
    return folder


def load_one(folder: Path, **texts: str) -> Macros:
    """Load an English macro file with these wordings."""
    return load_macros(write_macros(folder, en=texts), ("en",))
