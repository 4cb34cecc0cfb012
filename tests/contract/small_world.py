"""Which shop do the contract suites of the reading ports talk to?

A connector that joins a suite has to be set up with these records.
"""

from pathlib import Path

from tools.connectors.embedded.world import World, load_world

TEXT = """
sellers:
  - {id: kiln, name: Kiln & Co, country: PT, handling_days: 3}
  - {id: loom, name: Loom, country: GB, handling_days: 1}
customers:
  - id: ida
    name: Ida Sommer
    email: Ida@Example.com
    locale: de
    address: {street: Kaiweg 1, city: Kiel, postcode: "24103", country: DE}
  - id: jo
    name: Jo Park
    email: jo@example.org
    locale: en
    address: {street: 2 Mill Row, city: Leith, postcode: EH6 7AB, country: GB}
orders:
  - number: ND-7
    customer: ida
    placed_at: -9d 10:00
    shipping_price: 4.90 EUR
    lines:
      - {id: L1, seller: kiln, title: Mug, sku: M-1, category: ceramics, quantity: 2, unit_price: 24.00 EUR}
    shipments:
      - id: S1
        seller: kiln
        lines: [{line: L1, quantity: 2}]
        shipped_at: -6d 15:00
        promised_by: -1d
        carrier: kestrel
        tracking_number: KE 7
        scans:
          - {at: -2d 09:00, status: in_transit, place: Lyon, text: Colis en transit}
          - {at: -6d 16:00, status: picked_up}
  - number: ND-8
    customer: ida
    placed_at: -2d 08:00
    gift: true
    ship_to: {name: Ole Sommer, street: Torvet 3, city: Odense, postcode: "5000", country: DK}
    shipping_price: 0.00 EUR
    lines:
      - {id: L1, seller: kiln, title: Bowl, sku: B-1, category: ceramics, unit_price: 30.00 EUR}
    shipments:
      - {id: S2, seller: kiln, lines: [{line: L1, quantity: 1}], carrier: kestrel, tracking_number: KE8, scans: []}
    payments:
      - {id: P1, amount: 30.00 EUR, captured_at: -2d 08:01, dispute: open}
    returns:
      - {id: RT1, lines: [L1], requested_at: -1d 10:00}
    refunds:
      - {id: RF1, amount: 5.00 EUR, created_at: -1d 11:00, status: pending}
  - number: ND-9
    customer: jo
    placed_at: -5h
    shipping_price: 3.00 GBP
    lines:
      - {id: L1, seller: kiln, title: Jug, sku: J-1, category: ceramics, unit_price: 40.00 GBP}
    shipments:
      - {id: S3, seller: kiln, lines: [{line: L1, quantity: 1}], carrier: nightowl, tracking_number: NO9, scans: []}
  - number: ND-10
    customer: jo
    placed_at: -3d 10:00
    shipping_price: 1.00 GBP
    lines:
      - {id: L1, seller: kiln, title: Jar, sku: JAR-1, category: ceramics, quantity: 2, unit_price: 10.00 GBP}
      - {id: L2, seller: loom, title: Rug, sku: R-1, category: textiles, unit_price: 10.00 GBP}
    refunds:
      - {id: RF2, amount: 0.10 GBP, lines: [L1, L2], created_at: -2d 00:00, status: succeeded, reason: damaged}
      - {id: RF3, amount: 1.00 GBP, created_at: -1d 12:00, status: pending}
      - {id: RF4, amount: 9.00 GBP, lines: [L2], created_at: -1d 12:00, status: failed}
stock:
  - {seller: kiln, sku: M-1, pieces: 4}
  - {seller: loom, sku: R-1, pieces: 0}
carrier_outages: [nightowl]
"""


def small_world(folder: Path) -> World:
    path = folder / "world.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return load_world(path)
