"""Which files are ordered for a photograph, and at which addresses."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.images.recipes import (
    CARD,
    COVER,
    SQUARE,
    WHOLE,
    Box,
    Recipe,
    cover,
    crop,
    derivative_hash,
    file,
    picture,
    press,
    recipes_for,
    shaped,
)

MASTER = hashlib.sha256(b"a photo").hexdigest()

sides = st.integers(1, 16_383)
shares = st.floats(0, 1)
focals = st.tuples(shares, shares)


def test_a_camera_photo_gets_nine_files_for_the_text():
    recipes = shaped(WHOLE, 6000, 4000)
    assert [(r.format, r.width, r.height) for r in recipes] == [
        (format_, *size)
        for format_ in ("avif", "webp", "jpeg")
        for size in ((480, 320), (960, 640), (1600, 1067))
    ]


@pytest.mark.parametrize(
    ("width", "widths"),
    [(6000, [480, 960, 1600]), (1600, [480, 960, 1600]), (1200, [480, 960, 1200]), (300, [300])],
)
def test_nothing_is_enlarged_and_nothing_made_twice(width, widths):
    recipes = shaped(WHOLE, width, width)
    assert [r.width for r in recipes if r.format == "avif"] == widths


def test_a_three_by_two_photo_needs_no_crop_for_lists():
    assert set(shaped(CARD, 6000, 4000)) <= set(shaped(WHOLE, 6000, 4000))
    assert len(recipes_for(6000, 4000)) == 9 + 6 + 2


def test_a_tall_photo_is_cropped_for_lists():
    recipes = shaped(CARD, 4000, 6000, (0.5, 0.2))
    assert {r.box for r in recipes} == {Box(0, 0, 4000, 2667)}
    assert {(r.width, r.height) for r in recipes} == {(480, 320), (960, 640)}


@pytest.mark.parametrize(
    ("focal", "box"),
    [
        ((0.5, 0.5), Box(0, 425, 6000, 3575)),
        ((0.5, 0.0), Box(0, 0, 6000, 3150)),
        ((0.5, 1.0), Box(0, 850, 6000, 4000)),
        ((0.1, 0.45), Box(0, 225, 6000, 3375)),
    ],
)
def test_the_cover_keeps_the_focal_point_in_its_middle_as_far_as_it_goes(focal, box):
    recipe = cover(6000, 4000, focal)
    assert recipe.box == box
    assert (recipe.format, recipe.width, recipe.height) == ("jpeg", 1200, 630)
    assert recipe.max_bytes == 300_000


def test_the_cover_of_a_small_photo_keeps_its_ratio_and_is_not_enlarged():
    recipe = cover(800, 800)
    assert (recipe.width, recipe.height) == (800, 420)


def test_the_press_size_is_the_whole_picture():
    recipe = press(6000, 4000)
    assert (recipe.width, recipe.height, recipe.box) == (2400, 1600, None)
    assert recipe.quality == 90


@given(sides, sides, focals)
def test_every_crop_lies_in_the_picture_and_holds_the_focal_point(width, height, focal):
    for shape in (CARD, SQUARE, COVER):
        box = crop(width, height, shape.ratio, focal)
        if box is None:
            continue
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height
        assert box.left - 1 <= focal[0] * width <= box.right + 1
        assert box.top - 1 <= focal[1] * height <= box.bottom + 1
        assert box.right - box.left == width or box.bottom - box.top == height


@given(sides, sides, focals)
def test_every_recipe_is_canonical_unique_and_no_larger_than_its_part(width, height, focal):
    recipes = recipes_for(width, height, focal)
    assert len({str(r) for r in recipes}) == len(recipes)
    for recipe in recipes:
        assert Recipe.parse(str(recipe)) == recipe
        assert len(str(recipe)) <= 200
        box = recipe.box or Box(0, 0, width, height)
        assert 1 <= recipe.width <= box.right - box.left
        assert recipe.height >= 1


@pytest.mark.parametrize(
    "text",
    ["", "v1 gif 1x1 q1", "v1 jpeg 1x1 q1 ", "v1 jpeg ๑x1 q1", "v1 jpeg 1x1 q1 box 1,2,3", "v1"],
)
def test_what_is_no_recipe_is_not_read_as_one(text):
    with pytest.raises(ValueError, match="not a recipe"):
        Recipe.parse(text)


def test_the_canonical_form_is_what_addresses_were_made_of_before():
    """Changing it would change every address: raise `VERSION` for new pixels instead."""
    recipe = Recipe("jpeg", 1200, 630, 82, Box(0, 425, 6000, 3575), 300_000)
    assert str(recipe) == "v1 jpeg 1200x630 q82 box 0,425,6000,3575 max 300000"
    assert str(Recipe("avif", 480, 320, 55)) == "v1 avif 480x320 q55"


def test_an_address_is_the_hash_of_master_and_recipe():
    recipe = Recipe("avif", 480, 320, 55)
    expected = hashlib.sha256(f"{MASTER} v1 avif 480x320 q55".encode()).hexdigest()
    assert derivative_hash(MASTER, recipe) == expected
    assert derivative_hash(MASTER[::-1], recipe) != expected


def test_every_file_of_a_photo_has_an_address_of_its_own():
    recipes = recipes_for(4032, 3024, (0.3, 0.7))
    assert len({derivative_hash(MASTER, recipe) for recipe in recipes}) == len(recipes)


def test_a_moved_focal_point_moves_the_crops_and_leaves_the_rest():
    before, after = set(recipes_for(6000, 4000)), set(recipes_for(6000, 4000, (0.1, 0.1)))
    assert set(shaped(WHOLE, 6000, 4000)) <= before & after
    assert {r.box for r in after - before} == {Box(0, 0, 6000, 3150), Box(0, 0, 4000, 4000)}


def test_a_picture_lists_sources_best_first_and_narrow_to_wide():
    sources = picture(MASTER, 6000, 4000).sources
    assert [s.content_type for s in sources] == ["image/avif", "image/webp", "image/jpeg"]
    assert [[f.width for f in s.files] for s in sources] == [[480, 960, 1600]] * 3
    assert {f.extension for f in sources[2].files} == {"jpg"}


def test_the_files_of_a_picture_are_those_that_will_be_made():
    focal = (0.2, 0.8)
    made = {derivative_hash(MASTER, recipe) for recipe in recipes_for(3000, 4000, focal)}
    for shape in (WHOLE, CARD, SQUARE):
        for source in picture(MASTER, 3000, 4000, shape, focal).sources:
            assert {f.hash for f in source.files} <= made
    assert file(MASTER, cover(3000, 4000, focal)).hash in made
    assert file(MASTER, press(3000, 4000)).hash in made


def test_the_largest_jpeg_reserves_the_space():
    largest = picture(MASTER, 3000, 4000, CARD).largest
    assert (largest.width, largest.height, largest.content_type) == (960, 640, "image/jpeg")
