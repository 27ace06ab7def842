#include "picture/evidence.h"

#include "support.h"

#include <math.h>
#include <string.h>

#define SIDE 120 /* of the picture */
#define WEAK 102
#define CONTRAST 0.6F

static dn_error error;

/** A picture and what was found in it: dark ink on paper of shade 200. */
typedef struct scene {
    dn_plane ink, shades, taken; /**< of the whole picture */
} scene;

static scene new_scene(void)
{
    scene s;
    assert_ok(dn_plane_new(&s.ink, SIDE, SIDE, &error));
    assert_ok(dn_plane_new(&s.shades, SIDE, SIDE, &error));
    assert_ok(dn_plane_new(&s.taken, SIDE, SIDE, &error));
    memset(s.shades.data, 200, (size_t)SIDE * SIDE);
    return s;
}

static void free_scene(scene *s)
{
    dn_plane_free(&s->ink);
    dn_plane_free(&s->shades);
    dn_plane_free(&s->taken);
}

/** Full ink, of a shade. */
static void fill(scene *s, size_t top, size_t left, size_t height, size_t width, uint8_t shade)
{
    for (size_t y = top; y < top + height; y++) {
        memset(s->ink.data + y * SIDE + left, UINT8_MAX, width);
        memset(s->shades.data + y * SIDE + left, shade, width);
    }
}

/** Measure the ink in a box of the picture. */
static dn_evidence measure(const scene *s, dn_box place)
{
    dn_plane ink;
    dn_evidence evidence = {.contrast = CONTRAST};
    assert_ok(dn_plane_new(&ink, dn_box_height(place) + 2, dn_box_width(place) + 2, &error));
    for (size_t y = place.top; y < place.bottom; y++)
        for (size_t x = place.left; x < place.right; x++)
            ink.data[(y - place.top + 1) * ink.width + x - place.left + 1] = s->ink.data[y * SIDE + x];
    assert_ok(dn_evidence_measure(&ink, WEAK, place, &s->shades, &s->taken, &evidence, &error));
    dn_plane_free(&ink);
    return evidence;
}

/** Fail unless a number is within so much of the expected one. */
#define assert_near(found, expected, tolerance)                                                              \
    assert_true(fabs((double)(found) - (double)(expected)) <= (double)(tolerance))

static void an_even_stroke_has_its_width_and_does_not_swell(void **state)
{
    (void)state;
    for (size_t width = 4; width <= 16; width += 4) {
        const dn_box upright = {10, 40, 110, 40 + width};
        const dn_box flat = {40, 10, 40 + width, 110};
        scene s = new_scene();
        fill(&s, 10, 40, 100, width, 80);
        dn_evidence e = measure(&s, upright);
        assert_near(e.stroke * 100.0F, width, 1.0 + 0.1 * (double)width);
        assert_near(e.swelling, 1.0, 0.3);
        assert_near(e.flatness, (double)width / 100.0, 1e-6);
        free_scene(&s);
        s = new_scene();
        fill(&s, 40, 10, width, 100, 80);
        e = measure(&s, flat);
        assert_near(e.stroke * 100.0F, width, 1.0 + 0.1 * (double)width);
        assert_near(e.flatness, 100.0 / (double)width, 1e-4);
        free_scene(&s);
    }
}

static void a_blob_on_a_stroke_swells(void **state)
{
    (void)state;
    scene s = new_scene();
    const dn_box place = {10, 30, 110, 70};
    fill(&s, 10, 47, 100, 6, 80);
    const float even = measure(&s, place).swelling;
    fill(&s, 40, 30, 40, 40, 80);
    assert_true(measure(&s, place).swelling > even);
    assert_true(measure(&s, place).stroke * 100.0F > 6.0F);
    free_scene(&s);
}

static void the_outline_on_the_border_and_beside_rules_is_counted(void **state)
{
    (void)state;
    static const struct {
        size_t top, left;
        double border; /* of the outline of 20 x 20: 76 pixels */
    } cases[] = {
        {50, 50, 0}, {0, 50, 20.0 / 76}, {100, 50, 20.0 / 76}, {0, 0, 39.0 / 76}, {100, 100, 39.0 / 76}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scene s = new_scene();
        const size_t top = cases[i].top;
        const size_t left = cases[i].left;
        const dn_box place = {top, left, top + 20, left + 20};
        fill(&s, top, left, 20, 20, 80);
        dn_evidence e = measure(&s, place);
        assert_near(e.border, cases[i].border, 1e-6);
        assert_near(e.taken, 0.0, 0.0);
        memset(s.taken.data, 1, (size_t)SIDE * SIDE);
        e = measure(&s, place);
        assert_near(e.taken, 1.0, 0.0);
        free_scene(&s);
    }
    /* A rule that was taken out below: the lowest row lies beside it, 20 of 76 pixels. */
    scene s = new_scene();
    fill(&s, 50, 50, 20, 20, 80);
    memset(s.taken.data + (size_t)70 * SIDE, 1, SIDE);
    assert_near(measure(&s, (dn_box){50, 50, 70, 70}).taken, 20.0 / 76, 1e-6);
    free_scene(&s);
}

/** Ink is where the picture's own shades have an edge: as strong as the contrast says, and not too soft. */
static void the_edge_must_be_in_the_picture(void **state)
{
    (void)state;
    const dn_box place = {40, 40, 80, 52};
    scene s = new_scene();
    fill(&s, 40, 40, 40, 12, 80);
    assert_near(measure(&s, place).edge, 1.0, 0.0);
    fill(&s, 40, 40, 40, 12, 150); /* half of the expected contrast, 0.3 of the paper, is 140 */
    assert_near(measure(&s, place).edge, 0.0, 0.0);
    fill(&s, 40, 40, 40, 12, 200); /* no edge at all */
    assert_near(measure(&s, place).edge, 0.0, 0.0);
    free_scene(&s);
    for (size_t soft = 2; soft <= 40; soft += 38) { /* the shade rises to the paper's over so many columns */
        s = new_scene();
        fill(&s, 0, 56, SIDE, 8, 80);
        for (size_t y = 0; y < SIDE; y++)
            for (size_t away = 1; away <= soft; away++)
                s.shades.data[y * SIDE + 56 - away] = s.shades.data[y * SIDE + 63 + away] =
                    (uint8_t)(80 + 120 * away / soft);
        assert_near(measure(&s, (dn_box){0, 56, SIDE, 64}).edge, soft == 2 ? 1.0 : 0.0, 0.0);
        free_scene(&s);
    }
}

static void without_ink_there_is_nothing_to_measure(void **state)
{
    (void)state;
    scene s = new_scene();
    const dn_evidence e = measure(&s, (dn_box){20, 20, 60, 40});
    assert_near(e.stroke, 0.0, 0.0);
    assert_near(e.border, 0.0, 0.0);
    assert_near(e.edge, 0.0, 0.0);
    free_scene(&s);
}

/** What an even digit of a clear picture shows. */
static dn_evidence good(void)
{
    return (dn_evidence){.contrast = 0.7F,
                         .clarity = 8,
                         .edge = 1,
                         .flatness = 0.6F,
                         .extent = 1,
                         .stroke = 0.1F,
                         .swelling = 1.3F,
                         .share = 1};
}

static void the_score_falls_with_each_thing_that_does_not_suit_a_digit(void **state)
{
    (void)state;
    dn_evidence e = good();
    const struct {
        float *value;
        float suits, does_not;
    } cases[] = {
        {&e.contrast, 0.7F, 0.02F}, {&e.clarity, 8, 1},     {&e.edge, 1, 0.2F},
        {&e.flatness, 0.6F, 4},     {&e.extent, 1, 0.01F},  {&e.stroke, 0.1F, 0.6F},
        {&e.stroke, 0.1F, 0.001F},  {&e.swelling, 1.3F, 6}, {&e.border, 0, 0.6F},
        {&e.taken, 0, 0.9F},        {&e.share, 1, 0.1F},    {&e.unevenness, 0, 0.6F},
    };
    assert_near(dn_evidence_score(&e), 0.0, 0.0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        float last = 0.0F;
        for (int step = 0; step <= 10; step++) {
            e = good();
            *cases[i].value = cases[i].suits + (cases[i].does_not - cases[i].suits) * (float)step / 10.0F;
            const float score = dn_evidence_score(&e);
            assert_true(score <= last + 1e-6F);
            last = score;
        }
        assert_true(last < -0.5F);
        e = good();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_even_stroke_has_its_width_and_does_not_swell),
        cmocka_unit_test(a_blob_on_a_stroke_swells),
        cmocka_unit_test(the_outline_on_the_border_and_beside_rules_is_counted),
        cmocka_unit_test(the_edge_must_be_in_the_picture),
        cmocka_unit_test(without_ink_there_is_nothing_to_measure),
        cmocka_unit_test(the_score_falls_with_each_thing_that_does_not_suit_a_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
