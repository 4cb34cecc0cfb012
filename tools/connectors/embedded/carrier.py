"""What do the embedded marketplace's carriers answer?"""

from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.records import to_scan
from tools.domain.shipment import TrackingEvent
from tools.errors import UnavailableError


class EmbeddedCarrier:
    """The carrier side of the embedded marketplace."""

    def __init__(self, marketplace: EmbeddedMarketplace, *, available: bool = True) -> None:
        self._marketplace = marketplace
        self._available = available

    async def track(self, carrier: str, tracking_number: str) -> tuple[TrackingEvent, ...] | None:
        if not self._available:
            raise UnavailableError(carrier, "track", "drill: no carrier answers")
        scans = self._marketplace.scans(carrier, tracking_number)
        if scans is None:
            return None
        now = self._marketplace.now()
        return tuple(sorted((to_scan(scan, now) for scan in scans), key=lambda scan: scan.at))
