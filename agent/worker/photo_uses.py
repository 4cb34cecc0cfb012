"""For which orders were the photos of a conversation sent?"""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from agent.state import Conversation
from agent.worker.photo_tables import photo_uses


def note_uses(connection: Connection, conversation: Conversation, at: datetime) -> None:
    """Write down for which order the photos of a conversation were sent, within its turn."""
    if conversation.order is None:
        return
    for photo in conversation.photos:
        use = {
            "photo": photo,
            "order_number": conversation.order,
            "conversation": conversation.id,
        }
        same = (photo_uses.c[name] == value for name, value in use.items())
        if connection.scalar(select(photo_uses.c.seq).where(*same)) is None:
            connection.execute(insert(photo_uses), {**use, "at": at})
