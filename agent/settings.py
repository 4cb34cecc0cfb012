"""What can an operator set, and what holds when nothing is set?"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read from the environment, each name with the prefix `NIGHTDESK_` unless said otherwise."""

    model_config = SettingsConfigDict(env_prefix="NIGHTDESK_", extra="ignore")

    database: Path = Path("var/nightdesk.sqlite")
    """Conversations, tickets and the ledger; created when missing."""
    photos_dir: Path = Path("var/photos")
    cache_dir: Path = Path(".cache")
    """What the embedded model has learnt from the phrases; safe to delete."""
    prompts_dir: Path = _ROOT / "prompts"
    policy_dir: Path = _ROOT / "policy"
    drafts_dir: Path = Path("drafts")
    """Where `nightdesk policy draft` begins drafts."""
    world: Path = _ROOT / "evals" / "worlds" / "demo.yaml"
    model: str = "embedded"
    """`embedded`, or the name of a chat model of the server at `OPENAI_BASE_URL`."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    session_secret: SecretStr | None = None
    """Signs web chat sessions; made at random and kept beside the database when missing."""
    stripe_key: SecretStr | None = None
    """Pays back through Stripe instead of the shop's own till; best a restricted key that may write
    refunds and read charges and payment intents."""
    stripe_address: str | None = None
    """Another place than Stripe's own, for tests."""
    stripe_order_field: str | None = None
    """In which field of its metadata a payment names its order; others are then not paid back."""
    stripe_sellers_share: Literal["refuse", "reverse", "platform"] = "refuse"
    """Who pays back what was passed on to a seller's account: nobody without a person, the seller,
    or the marketplace."""
