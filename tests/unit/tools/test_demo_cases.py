"""Does the demo marketplace show what refunds, exchanges and changes hang on?"""

import pytest

from tests.builders import a_scope, verified
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.connectors.embedded.world import World
from tools.policy.facts import Value

CASES: dict[tuple[str, str], dict[str, Value]] = {
    ("ND-1071", "L1"): {"duplicate_order": False, "milestone": "placed"},
    ("ND-1072", "L1"): {"duplicate_order": True, "in_stock": True, "order_value": 3790},
    ("ND-1073", "L1"): {"parcel_condition": "lost", "currency": "USD", "line_value": 24000},
    ("ND-1074", "L1"): {"parcel_condition": "lost", "currency": "JPY", "line_shipping": 1800},
    ("ND-1078", "L1"): {"claims_90_days": 3, "refunded_buyer_30_days": 1400},
    ("ND-1079", "L1"): {"return_inspection": "passed", "order_refundable": 3900},
    ("ND-1041", "L1"): {"return_inspection": "failed", "return_received": True},
    ("ND-1036", "L1"): {"return_inspection": "pending", "return_received": True},
    ("ND-1037", "L1"): {"return_inspection": "none", "return_received": False},
    ("ND-1080", "L1"): {"days_late": 16, "milestone": "in_transit"},
    ("ND-1081", "L1"): {"milestone": "packed", "international": False, "ship_to_eu_uk": False},
    ("ND-1082", "L2"): {"order_kind": "bundle", "return_inspection": "passed"},
    ("ND-1083", "L1"): {"order_kind": "bulk", "milestone": "placed", "hours_since_order": 51},
    ("ND-1084", "L1"): {"line_refunded": 900, "refunded_order": 900, "refunded_today": 900},
    ("ND-1085", "L1"): {"seller_country": "US", "international": False, "in_stock": True},
    ("ND-1085", "L2"): {"seller_country": "IT", "international": True},
    ("ND-1086", "L1"): {"delivered": True, "refunded_seller_today": 900},
    ("ND-1008", "L1"): {"in_stock": False, "milestone": "out_for_delivery"},
}


@pytest.mark.parametrize(("number", "line"), CASES)
async def test_a_case_is_there_with_its_facts(demo: World, number: str, line: str):
    about = CheckPolicyArguments(question="may_refund", number=number, line=line)
    told = await check_policy(about, a_scope(demo, verified(number)))
    assert isinstance(told, PolicyDecided)
    known = {str(fact.name): fact.value for fact in told.facts}
    wanted = CASES[number, line]
    assert {name: known.get(name) for name in wanted} == wanted
