#include "picture.h"

#include "picture/pieces.h"

static dn_error error;
static dn_pieces found;

/** Find pieces above 0.5 that reach above 0.8, with a margin of one pixel. */
static void find(const float *values, size_t height, size_t width)
{
    float copy[64];
    for (size_t i = 0; i < height * width; i++)
        copy[i] = values[i];
    const dn_tensor picture = dn_tensor_borrow(copy, DN_SHAPE(height, width));
    assert_ok(dn_pieces_find(&picture, 0.5F, 0.8F, 1, &found, &error));
}

static void assert_box(dn_box box, size_t top, size_t left, size_t bottom, size_t right)
{
    assert_int_equal(box.top, top);
    assert_int_equal(box.left, left);
    assert_int_equal(box.bottom, bottom);
    assert_int_equal(box.right, right);
}

static void pieces_come_in_reading_order_with_their_box_mass_and_peak(void **state)
{
    (void)state;
    find((const float[]){0, 0, 0, 0, 0, 0, /**/
                         0, 1, 1, 0, 0, 0, /**/
                         0, 0, 1, 0, 0, 2, /**/
                         0, 0, 0, 0, 0, 1},
         4, 6);
    assert_int_equal(found.count, 2);
    assert_box(found.pieces[0].box, 1, 1, 3, 3);
    assert_float_equal(found.pieces[0].mass, 3, 0);
    assert_float_equal(found.pieces[0].peak, 1, 0);
    assert_float_equal(found.pieces[0].margin, 0, 0);
    assert_box(found.pieces[1].box, 2, 5, 4, 6);
    assert_float_equal(found.pieces[1].mass, 3, 0);
    assert_float_equal(found.pieces[1].peak, 2, 0);
    assert_float_equal(found.pieces[1].margin, 3, 0);
    dn_pieces_free(&found);
}

static void every_side_has_its_margin(void **state)
{
    (void)state;
    static const size_t places[][3] = {{0, 2, 1}, {4, 2, 1}, {2, 0, 1}, {2, 4, 1}, {1, 2, 0}, {3, 3, 0}};
    for (int i = 0; i < 6; i++) {
        float values[25] = {0};
        values[places[i][0] * 5 + places[i][1]] = 1.0F;
        find(values, 5, 5);
        assert_int_equal(found.count, 1);
        assert_float_equal(found.pieces[0].margin, (double)places[i][2], 0);
        dn_pieces_free(&found);
    }
}

static void labels_tell_which_pixel_belongs_where(void **state)
{
    (void)state;
    find((const float[]){1, 0, 1, /**/
                         1, 0, 0.6F},
         2, 3);
    static const uint32_t expected[] = {1, 0, 2, 1, 0, 2};
    for (int i = 0; i < 6; i++)
        assert_int_equal(found.labels[i], expected[i]);
    dn_pieces_free(&found);
}

static void corners_connect(void **state)
{
    (void)state;
    find((const float[]){1, 0, 1, /**/
                         0, 1, 0, /**/
                         1, 0, 1},
         3, 3);
    assert_int_equal(found.count, 1);
    assert_float_equal(found.pieces[0].mass, 5, 0);
    dn_pieces_free(&found);
}

static void the_right_edge_is_no_neighbour_of_the_left_one(void **state)
{
    (void)state;
    find((const float[]){0, 0, 1, /**/
                         0, 0, 0, /**/
                         1, 0, 0},
         3, 3);
    assert_int_equal(found.count, 2);
    dn_pieces_free(&found);
}

static void weak_pixels_count_only_beside_strong_ones(void **state)
{
    (void)state;
    find((const float[]){0.6F, 0.7F, 0, 0.6F, 0.9F, 0.4F}, 1, 6);
    assert_int_equal(found.count, 1);
    assert_box(found.pieces[0].box, 0, 3, 1, 5);
    dn_pieces_free(&found);
}

static void the_limits_themselves_are_not_above(void **state)
{
    (void)state;
    find((const float[]){0.5F, 1, 0.5F, 0, 0.8F}, 1, 5);
    assert_int_equal(found.count, 1);
    assert_box(found.pieces[0].box, 0, 1, 1, 2);
    dn_pieces_free(&found);
}

static void a_picture_of_nothing_has_no_pieces(void **state)
{
    (void)state;
    find((const float[]){0, 0, 0, 0}, 2, 2);
    assert_int_equal(found.count, 0);
    dn_pieces_free(&found);
    assert_null(found.labels);
}

static void a_piece_may_be_the_whole_picture(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(300, 200, 1.0F);
    assert_ok(dn_pieces_find(&picture, 0.5F, 0.8F, 0, &found, &error));
    assert_int_equal(found.count, 1);
    assert_box(found.pieces[0].box, 0, 0, 300, 200);
    assert_float_equal(found.pieces[0].mass, 60000, 0);
    assert_float_equal(found.pieces[0].margin, 0, 0);
    dn_pieces_free(&found);
    dn_tensor_free(&picture);
}

static void many_pieces_are_all_there(void **state)
{
    (void)state;
    dn_tensor picture = blank_picture(60, 60, 0.0F);
    for (size_t y = 0; y < 60; y += 2) {
        for (size_t x = 0; x < 60; x += 2)
            paint(&picture, y, x, 1, 1, 1.0F);
    }
    assert_ok(dn_pieces_find(&picture, 0.5F, 0.8F, 0, &found, &error));
    assert_int_equal(found.count, 900);
    assert_box(found.pieces[899].box, 58, 58, 59, 59);
    assert_int_equal(found.labels[58 * 60 + 58], 900);
    dn_pieces_free(&found);
    dn_tensor_free(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_in_reading_order_with_their_box_mass_and_peak),
        cmocka_unit_test(every_side_has_its_margin),
        cmocka_unit_test(labels_tell_which_pixel_belongs_where),
        cmocka_unit_test(corners_connect),
        cmocka_unit_test(the_right_edge_is_no_neighbour_of_the_left_one),
        cmocka_unit_test(weak_pixels_count_only_beside_strong_ones),
        cmocka_unit_test(the_limits_themselves_are_not_above),
        cmocka_unit_test(a_picture_of_nothing_has_no_pieces),
        cmocka_unit_test(a_piece_may_be_the_whole_picture),
        cmocka_unit_test(many_pieces_are_all_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
