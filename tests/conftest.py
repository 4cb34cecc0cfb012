"""Which habits do all tests share?"""

from hypothesis import settings

# How long one example takes says nothing on a machine that does other things beside.
settings.register_profile("house", parent=settings(), deadline=None)
settings.load_profile("house")
