"""Which order do the writing tests draw?"""

from tests.unit.writing.samples import NOON
from tools.domain.money import Money
from tools.domain.order import LineItem, Order
from tools.domain.party import Address, CustomerId, SellerId
from tools.domain.shipment import LineId

ORDER = Order(
    number="ND-1",
    customer=CustomerId("c1"),
    email="ana@example.org",
    placed_at=NOON,
    ship_to=Address(name="Ana", street="Rua A", city="Porto", postcode="4000", country="PT"),
    lines=(
        LineItem(
            id=LineId("l1"),
            seller=SellerId("kiln"),
            title="Blue mug",
            sku="MUG-B",
            category="ceramics",
            quantity=1,
            unit_price=Money(amount=1800, currency="EUR"),
        ),
    ),
    shipping_price=Money(amount=0, currency="EUR"),
)
