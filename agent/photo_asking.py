"""When is the buyer asked for a photo, and what if there is none?

A photo is asked for where the rule that decides looks at what photos show, and none was sent. Who
says that there is none, or was asked often enough, gets a person.
"""

from agent.context import Context
from agent.requests import Request, RequestId
from agent.state import Asking, Conversation, DecisionRecord, Question, TurnState
from agent.understanding.reading import OfferedChoice, Reading
from agent.writing.parts import say
from tools.policy.conditions import leaves
from tools.policy.decision import FactName, NeedFacts

ENOUGH = 2
"""How often a photo is asked for; then the proof counts as missing."""
NO_PHOTO = "photo:none"
_EVIDENCE = FactName("photo_evidence")
_PROVED_BY_PHOTO: tuple[RequestId, ...] = (
    "damaged_item",
    "wrong_item",
    "missing_item",
    "refund_request",
)


def ask_for_photo(
    request: Request,
    decisions: tuple[DecisionRecord, ...],
    conversation: Conversation,
    context: Context,
) -> Asking | None:
    """Return the question for a photo, where one bears on the answer."""
    if conversation.photos or conversation.photo_asked >= ENOUGH:
        return None
    record = next((one for one in decisions if _hangs_on_photo(one, context)), None)
    if record is None or request.id not in _PROVED_BY_PHOTO:
        return None
    label = context.macros.text("choice_no_photo", conversation.language)
    choices = (OfferedChoice(id=NO_PHOTO, label=label),)
    question = Question(about="photo", expecting="choice", choices=choices, line=record.line)
    return Asking(request=request, question=question, words=say("ask_photo"))


def lacks_proof(request: Request, conversation: Conversation) -> bool:
    """Whether a photo was asked for, and there is none."""
    was_asked = conversation.photo_asked >= ENOUGH
    return was_asked and request.id in _PROVED_BY_PHOTO and not conversation.photos


def count_asking(conversation: Conversation, question: Question | None) -> int:
    """Return how often a photo was asked for, this question included."""
    is_one = question is not None and question.about == "photo"
    return conversation.photo_asked + int(is_one)


def take_no_photo(conversation: Conversation, reading: Reading) -> Conversation:
    """Take `I can't send one` as the last word; after any other answer it is asked once more."""
    if reading.answer("choice") != NO_PHOTO:
        return conversation
    return conversation.model_copy(update={"photo_asked": ENOUGH, "question": None})


def is_answered_by_photo(state: TurnState) -> bool:
    """Whether this message is the photo that was asked for, so that the wish goes on."""
    question = state["conversation"].question
    is_asked = question is not None and question.about == "photo"
    return is_asked and state["message"].event.kind == "attach"


def _hangs_on_photo(record: DecisionRecord, context: Context) -> bool:
    """Whether the rule that has decided looks at what photos show."""
    decision = record.decision
    if isinstance(decision, NeedFacts):
        return False
    seller = next((str(one.value) for one in record.facts if one.name == "seller"), None)
    table = context.asked(decision.version).table(record.question, seller)
    rules = table.rules if table is not None else ()
    deciding = (rule for rule in rules if rule.id == decision.rule_id)
    return any(test.fact == _EVIDENCE for rule in deciding for test in leaves(rule.when))
