"""Is nothing asked that need not be asked?"""

from tests.oracle.asking import interviews, least_and_ours, silent
from tests.oracle.cases import CaseMaker
from tests.oracle.comparing import judge

CASES = 1000


async def test_in_the_written_conversations_about_returns_the_fewest_questions_are_asked():
    found = await interviews("returns")
    assert len({name for one in found for name in one.asked}) > 1
    for one in found:
        least, ours = least_and_ours(one.question, one.case, one.now)
        assert ours == least, one.case
        assert len(set(one.asked)) <= least.most


def test_whatever_the_records_say_no_order_of_questions_is_shorter():
    depths = set[int]()
    for one in CaseMaker(judge(), seed=6).make(CASES):
        if one.question != "may_dance":
            least, ours = least_and_ours(one.question, silent(one), one.now)
            assert ours == least, one
            depths.add(least.most)
    assert depths >= {0, 1, 2, 3}
