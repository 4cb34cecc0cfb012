"""Is a picture known again after it was changed, and is another one never taken for it?"""

import random
from itertools import permutations

import pytest
from PIL import Image

from agent.photo_looks import SAME_UP_TO, Looks, distance, looks_of
from tests.unit.photos.scenes import as_jpeg, changes, cut, scene

SEEDS = range(12)


def look(picture: Image.Image) -> Looks:
    seen = looks_of(as_jpeg(picture.convert("RGB")))
    assert seen is not None
    return seen


@pytest.fixture(scope="module")
def known() -> list[Looks]:
    return [look(scene(seed)) for seed in SEEDS]


@pytest.mark.parametrize("change", changes(random.Random(7)))
def test_a_changed_copy_is_known_again(known: list[Looks], change: str):
    change_it = changes(random.Random(7))[change]
    apart = [distance(look(change_it(scene(seed))).poses, known[seed].windows) for seed in SEEDS]
    assert max(apart) <= SAME_UP_TO


def test_most_pictures_are_known_again_with_a_tenth_cut_off(known: list[Looks]):
    chance = random.Random(7)
    seen = [look(cut(scene(seed), 0.10, chance)).poses for seed in SEEDS]
    found = [distance(seen[n], known[n].windows) <= SAME_UP_TO for n in SEEDS]
    assert sum(found) >= 0.8 * len(found)


def test_different_pictures_are_never_taken_for_one_another(known: list[Looks]):
    apart = [distance(one.poses, other.windows) for one, other in permutations(known, 2)]
    assert min(apart) > SAME_UP_TO


@pytest.mark.parametrize("colour", ["black", "white", "red"])
def test_a_picture_of_one_colour_looks_like_nothing(colour: str):
    assert looks_of(as_jpeg(Image.new("RGB", (300, 200), colour))) is None
