"""What is heard as taking a purchase back, and what only asks about it?"""

import pytest

from agent.understanding.reading import TakesBack
from tests.unit.understanding.conftest import Hear


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I withdraw from the contract", "named"),
        ("Hiermit widerrufe ich meine Bestellung", "named"),
        ("Desisto de la compra", "named"),
        ("Me retracto", "named"),
        ("Je me rétracte", "named"),
        ("Recedo dal contratto", "named"),
        ("Invoco o direito de livre resolução", "named"),
        ("Could you please take it back?", "plain"),
        ("Nehmen Sie die Tasse zurück", "plain"),
        ("I don't need it any more", "mind"),
        ("I changed my mind. Is it too late?", "mind_and_asks"),
        ("If it does not fit, take it back", "plain"),
        ("Can I send it back?", "asked"),
        ("You take it back?", "asked"),
        ("Wie kann ich widerrufen", "asked"),
        ("No quiero cancelar nada", "asked"),
        ("What is my receipt number?", "receipt"),
        ("I withdraw. Please send me a receipt number.", "named"),
        ("Where is my parcel?", None),
        ("", None),
    ],
)
def test_statements_questions_and_the_rest_are_told_apart(
    hear: Hear, text: str, said: TakesBack | None
):
    assert hear(text).takes_back == said
