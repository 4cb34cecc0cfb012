"""What can an operator set, and what holds when nothing is set?"""

from pathlib import Path

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
