#include "support.h"

#include "digitnet/tensor.h"

#include <math.h>
#include <string.h>

/* The expected texts are what PyTorch 1.13 prints, with the shape put where it puts a dtype. */

#define TEXT_SIZE 8192
#define VALUES(...) ((const float[]){__VA_ARGS__})

static void expect_text(const dn_tensor *tensor, const char *expected, const char *file, int line)
{
    char text[TEXT_SIZE];
    const size_t length = dn_tensor_format(tensor, text, sizeof text);
    if (length == strlen(expected) && strcmp(text, expected) == 0)
        return;
    print_error("%s\nexpected\n%s\n", text, expected);
    _fail(file, line);
}

/** Fail unless the tensor of that shape and these values prints like this. */
static void expect_print(dn_shape shape, const float *values, const char *expected, const char *file,
                         int line)
{
    dn_error error;
    dn_tensor tensor;
    assert_ok(dn_tensor_from(&tensor, shape, values, &error));
    expect_text(&tensor, expected, file, line);
    dn_tensor_free(&tensor);
}

/** As expect_print, for the values start, start + step, start + 2 step, ... */
static void expect_print_steps(dn_shape shape, float start, float step, const char *expected,
                               const char *file, int line)
{
    dn_error error;
    dn_tensor tensor;
    assert_ok(dn_tensor_zeros(&tensor, shape, &error));
    for (size_t i = 0; i < dn_tensor_count(&tensor); i++)
        tensor.data[i] = (float)i * step + start;
    expect_text(&tensor, expected, file, line);
    dn_tensor_free(&tensor);
}

#define assert_prints(shape, values, expected) expect_print((shape), (values), (expected), __FILE__, __LINE__)
#define assert_prints_steps(shape, start, step, expected)                                                    \
    expect_print_steps((shape), (start), (step), (expected), __FILE__, __LINE__)

static void a_scalar_has_no_brackets(void **state)
{
    (void)state;
    assert_prints(DN_SCALAR, VALUES(3.0F), "tensor(3., shape=[])");
    assert_prints(DN_SCALAR, VALUES(-2.5F), "tensor(-2.5000, shape=[])");
    assert_prints(DN_SCALAR, VALUES(0.0F), "tensor(0., shape=[])");
    assert_prints(DN_SCALAR, VALUES(NAN), "tensor(nan, shape=[])");
    assert_prints(DN_SCALAR, VALUES(10000000000.0F), "tensor(1.0000e+10, shape=[])");
}

static void whole_numbers_have_no_digits_after_the_point(void **state)
{
    (void)state;
    assert_prints(DN_SHAPE(3), VALUES(1.0F, 2.0F, 3.0F), "tensor([1., 2., 3.], shape=[3])");
    assert_prints(DN_SHAPE(3), VALUES(-1.0F, 10.0F, 0.0F), "tensor([-1., 10.,  0.], shape=[3])");
    assert_prints(DN_SHAPE(2), VALUES(1000.0F, 1.0F), "tensor([1000.,    1.], shape=[2])");
    assert_prints(DN_SHAPE(1, 1, 1, 1), VALUES(7.0F), "tensor([[[[7.]]]], shape=[1, 1, 1, 1])");
}

static void fractions_have_four_digits_and_line_up(void **state)
{
    (void)state;
    assert_prints(DN_SHAPE(2, 2), VALUES(1.0F, -2.0F, 3.5F, 4.0F),
                  "tensor([[ 1.0000, -2.0000],\n"
                  "        [ 3.5000,  4.0000]], shape=[2, 2])");
    assert_prints(DN_SHAPE(2), VALUES(0.001F, 0.5F), "tensor([0.0010, 0.5000], shape=[2])");
    assert_prints(DN_SHAPE(2), VALUES(0.00015F, 0.1F), "tensor([0.0002, 0.1000], shape=[2])");
}

static void wide_ranges_and_small_and_large_numbers_have_exponents(void **state)
{
    (void)state;
    assert_prints(DN_SHAPE(2), VALUES(1e-05F, 1.0F), "tensor([1.0000e-05, 1.0000e+00], shape=[2])");
    assert_prints(DN_SHAPE(2), VALUES(0.0001F, 0.01F), "tensor([1.0000e-04, 1.0000e-02], shape=[2])");
    assert_prints(DN_SHAPE(2), VALUES(1001.0F, 1.0F), "tensor([1.0010e+03, 1.0000e+00], shape=[2])");
    assert_prints(DN_SHAPE(2), VALUES(100000000.0F, 200000000.0F),
                  "tensor([1.0000e+08, 2.0000e+08], shape=[2])");
    assert_prints(DN_SHAPE(2), VALUES(110000000.0F, 200000000.0F),
                  "tensor([1.1000e+08, 2.0000e+08], shape=[2])");
    assert_prints(DN_SHAPE(1, 3), VALUES(123456.0F, 1.5F, NAN),
                  "tensor([[1.2346e+05, 1.5000e+00,        nan]], shape=[1, 3])");
    assert_prints(DN_SHAPE(2), VALUES(3.4028234663852886e+38F, -1e-45F),
                  "tensor([ 3.4028e+38, -1.4013e-45], shape=[2])");
}

static void nan_and_infinity_line_up_with_fractions_only(void **state)
{
    (void)state;
    assert_prints(DN_SHAPE(4), VALUES(1.5F, NAN, INFINITY, -INFINITY),
                  "tensor([1.5000,    nan,    inf,   -inf], shape=[4])");
    assert_prints(DN_SHAPE(3), VALUES(1.0F, NAN, -INFINITY), "tensor([1., nan, -inf], shape=[3])");
    assert_prints(DN_SHAPE(2), VALUES(0.0F, NAN), "tensor([0., nan], shape=[2])");
    assert_prints(DN_SHAPE(2), VALUES(INFINITY, -0.0F), "tensor([inf, -0.], shape=[2])");
}

static void nothing_is_empty_brackets(void **state)
{
    (void)state;
    assert_prints(DN_SHAPE(0), NULL, "tensor([], shape=[0])");
    assert_prints(DN_SHAPE(2, 0, 3), NULL, "tensor([], shape=[2, 0, 3])");
}

static void deeper_axes_are_set_apart_by_empty_lines(void **state)
{
    (void)state;
    assert_prints_steps(DN_SHAPE(2, 3, 4), 0.0F, 1.0F,
                        "tensor([[[ 0.,  1.,  2.,  3.],\n"
                        "         [ 4.,  5.,  6.,  7.],\n"
                        "         [ 8.,  9., 10., 11.]],\n"
                        "\n"
                        "        [[12., 13., 14., 15.],\n"
                        "         [16., 17., 18., 19.],\n"
                        "         [20., 21., 22., 23.]]], shape=[2, 3, 4])");
    assert_prints_steps(DN_SHAPE(2, 2, 2, 2), -1.0F, 0.25F,
                        "tensor([[[[-1.0000, -0.7500],\n"
                        "          [-0.5000, -0.2500]],\n"
                        "\n"
                        "         [[ 0.0000,  0.2500],\n"
                        "          [ 0.5000,  0.7500]]],\n"
                        "\n"
                        "\n"
                        "        [[[ 1.0000,  1.2500],\n"
                        "          [ 1.5000,  1.7500]],\n"
                        "\n"
                        "         [[ 2.0000,  2.2500],\n"
                        "          [ 2.5000,  2.7500]]]], shape=[2, 2, 2, 2])");
    assert_prints_steps(DN_SHAPE(1, 2, 1, 1), 0.5F, 1.0F,
                        "tensor([[[[0.5000]],\n"
                        "\n"
                        "         [[1.5000]]]], shape=[1, 2, 1, 1])");
}

static void long_rows_are_broken_at_80_columns(void **state)
{
    (void)state;
    assert_prints_steps(DN_SHAPE(30), 0.0F, 1.0F,
                        "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n"
                        "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n"
                        "        28., 29.], shape=[30])");
    assert_prints_steps(DN_SHAPE(1, 20), -1.0F, 0.125F,
                        "tensor([[-1.0000, -0.8750, -0.7500, -0.6250, -0.5000, -0.3750, -0.2500, -0.1250,\n"
                        "          0.0000,  0.1250,  0.2500,  0.3750,  0.5000,  0.6250,  0.7500,  0.8750,\n"
                        "          1.0000,  1.1250,  1.2500,  1.3750]], shape=[1, 20])");
    assert_prints_steps(DN_SHAPE(10), 0.5F, 1000000.0F,
                        "tensor([5.0000e-01, 1.0000e+06, 2.0000e+06, 3.0000e+06, 4.0000e+06, 5.0000e+06,\n"
                        "        6.0000e+06, 7.0000e+06, 8.0000e+06, 9.0000e+06], shape=[10])");
    assert_prints_steps(
        DN_SHAPE(20), 0.0F, 0.0F,
        "tensor([0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.],\n"
        "       shape=[20])");
    assert_prints_steps(DN_SHAPE(17), 0.0F, 0.0F,
                        "tensor([0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.],\n"
                        "       shape=[17])");
    assert_prints_steps(DN_SHAPE(16), 0.0F, 0.0F,
                        "tensor([0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.],\n"
                        "       shape=[16])");
}

static void a_thousand_elements_are_all_printed(void **state)
{
    (void)state;
    static float values[1000];
    static char text[10000];
    const dn_tensor tensor = dn_tensor_borrow(values, DN_SHAPE(1000));
    assert_true(dn_tensor_format(&tensor, text, sizeof text) < sizeof text);
    assert_null(strstr(text, "..."));
}

static void above_1000_elements_the_middle_is_left_out(void **state)
{
    (void)state;
    assert_prints_steps(DN_SHAPE(5), 0.0F, 1.0F, "tensor([0., 1., 2., 3., 4.], shape=[5])");
    assert_prints_steps(DN_SHAPE(1001), 0.0F, 1.0F,
                        "tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.], shape=[1001])");
    assert_prints_steps(DN_SHAPE(10, 110), -5000000000.0F, 10000000.0F,
                        "tensor([[-5.0000e+09, -4.9900e+09, -4.9800e+09,  ..., -3.9300e+09,\n"
                        "         -3.9200e+09, -3.9100e+09],\n"
                        "        [-3.9000e+09, -3.8900e+09, -3.8800e+09,  ..., -2.8300e+09,\n"
                        "         -2.8200e+09, -2.8100e+09],\n"
                        "        [-2.8000e+09, -2.7900e+09, -2.7800e+09,  ..., -1.7300e+09,\n"
                        "         -1.7200e+09, -1.7100e+09],\n"
                        "        ...,\n"
                        "        [ 2.7000e+09,  2.7100e+09,  2.7200e+09,  ...,  3.7700e+09,\n"
                        "          3.7800e+09,  3.7900e+09],\n"
                        "        [ 3.8000e+09,  3.8100e+09,  3.8200e+09,  ...,  4.8700e+09,\n"
                        "          4.8800e+09,  4.8900e+09],\n"
                        "        [ 4.9000e+09,  4.9100e+09,  4.9200e+09,  ...,  5.9700e+09,\n"
                        "          5.9800e+09,  5.9900e+09]], shape=[10, 110])");
    assert_prints_steps(DN_SHAPE(6, 200), 0.0F, 1.0F,
                        "tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 1.9700e+02, 1.9800e+02,\n"
                        "         1.9900e+02],\n"
                        "        [2.0000e+02, 2.0100e+02, 2.0200e+02,  ..., 3.9700e+02, 3.9800e+02,\n"
                        "         3.9900e+02],\n"
                        "        [4.0000e+02, 4.0100e+02, 4.0200e+02,  ..., 5.9700e+02, 5.9800e+02,\n"
                        "         5.9900e+02],\n"
                        "        [6.0000e+02, 6.0100e+02, 6.0200e+02,  ..., 7.9700e+02, 7.9800e+02,\n"
                        "         7.9900e+02],\n"
                        "        [8.0000e+02, 8.0100e+02, 8.0200e+02,  ..., 9.9700e+02, 9.9800e+02,\n"
                        "         9.9900e+02],\n"
                        "        [1.0000e+03, 1.0010e+03, 1.0020e+03,  ..., 1.1970e+03, 1.1980e+03,\n"
                        "         1.1990e+03]], shape=[6, 200])");
    assert_prints_steps(DN_SHAPE(7, 3, 48), 0.0F, 0.5F,
                        "tensor([[[0.0000e+00, 5.0000e-01, 1.0000e+00,  ..., 2.2500e+01,\n"
                        "          2.3000e+01, 2.3500e+01],\n"
                        "         [2.4000e+01, 2.4500e+01, 2.5000e+01,  ..., 4.6500e+01,\n"
                        "          4.7000e+01, 4.7500e+01],\n"
                        "         [4.8000e+01, 4.8500e+01, 4.9000e+01,  ..., 7.0500e+01,\n"
                        "          7.1000e+01, 7.1500e+01]],\n"
                        "\n"
                        "        [[7.2000e+01, 7.2500e+01, 7.3000e+01,  ..., 9.4500e+01,\n"
                        "          9.5000e+01, 9.5500e+01],\n"
                        "         [9.6000e+01, 9.6500e+01, 9.7000e+01,  ..., 1.1850e+02,\n"
                        "          1.1900e+02, 1.1950e+02],\n"
                        "         [1.2000e+02, 1.2050e+02, 1.2100e+02,  ..., 1.4250e+02,\n"
                        "          1.4300e+02, 1.4350e+02]],\n"
                        "\n"
                        "        [[1.4400e+02, 1.4450e+02, 1.4500e+02,  ..., 1.6650e+02,\n"
                        "          1.6700e+02, 1.6750e+02],\n"
                        "         [1.6800e+02, 1.6850e+02, 1.6900e+02,  ..., 1.9050e+02,\n"
                        "          1.9100e+02, 1.9150e+02],\n"
                        "         [1.9200e+02, 1.9250e+02, 1.9300e+02,  ..., 2.1450e+02,\n"
                        "          2.1500e+02, 2.1550e+02]],\n"
                        "\n"
                        "        ...,\n"
                        "\n"
                        "        [[2.8800e+02, 2.8850e+02, 2.8900e+02,  ..., 3.1050e+02,\n"
                        "          3.1100e+02, 3.1150e+02],\n"
                        "         [3.1200e+02, 3.1250e+02, 3.1300e+02,  ..., 3.3450e+02,\n"
                        "          3.3500e+02, 3.3550e+02],\n"
                        "         [3.3600e+02, 3.3650e+02, 3.3700e+02,  ..., 3.5850e+02,\n"
                        "          3.5900e+02, 3.5950e+02]],\n"
                        "\n"
                        "        [[3.6000e+02, 3.6050e+02, 3.6100e+02,  ..., 3.8250e+02,\n"
                        "          3.8300e+02, 3.8350e+02],\n"
                        "         [3.8400e+02, 3.8450e+02, 3.8500e+02,  ..., 4.0650e+02,\n"
                        "          4.0700e+02, 4.0750e+02],\n"
                        "         [4.0800e+02, 4.0850e+02, 4.0900e+02,  ..., 4.3050e+02,\n"
                        "          4.3100e+02, 4.3150e+02]],\n"
                        "\n"
                        "        [[4.3200e+02, 4.3250e+02, 4.3300e+02,  ..., 4.5450e+02,\n"
                        "          4.5500e+02, 4.5550e+02],\n"
                        "         [4.5600e+02, 4.5650e+02, 4.5700e+02,  ..., 4.7850e+02,\n"
                        "          4.7900e+02, 4.7950e+02],\n"
                        "         [4.8000e+02, 4.8050e+02, 4.8100e+02,  ..., 5.0250e+02,\n"
                        "          5.0300e+02, 5.0350e+02]]], shape=[7, 3, 48])");
    assert_prints_steps(DN_SHAPE(201, 5), 0.0F, 1.0F,
                        "tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00, 3.0000e+00, 4.0000e+00],\n"
                        "        [5.0000e+00, 6.0000e+00, 7.0000e+00, 8.0000e+00, 9.0000e+00],\n"
                        "        [1.0000e+01, 1.1000e+01, 1.2000e+01, 1.3000e+01, 1.4000e+01],\n"
                        "        ...,\n"
                        "        [9.9000e+02, 9.9100e+02, 9.9200e+02, 9.9300e+02, 9.9400e+02],\n"
                        "        [9.9500e+02, 9.9600e+02, 9.9700e+02, 9.9800e+02, 9.9900e+02],\n"
                        "        [1.0000e+03, 1.0010e+03, 1.0020e+03, 1.0030e+03, 1.0040e+03]],\n"
                        "       shape=[201, 5])");
}

static void views_print_as_they_are_indexed(void **state)
{
    (void)state;
    dn_error error;
    float numbers[] = {1, 2, 3, 4, 5, 6};
    dn_tensor view = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    assert_ok(dn_tensor_transpose(&view, 0, 1, &view, &error));
    expect_text(&view,
                "tensor([[1., 4.],\n"
                "        [2., 5.],\n"
                "        [3., 6.]], shape=[3, 2])",
                __FILE__, __LINE__);
}

static void text_is_cut_to_the_room_there_is(void **state)
{
    (void)state;
    float number = 3.0F;
    const dn_tensor scalar = dn_tensor_borrow(&number, DN_SCALAR);
    const size_t length = strlen("tensor(3., shape=[])");
    char text[8] = "#######";
    assert_int_equal(dn_tensor_format(&scalar, NULL, 0), length);
    assert_int_equal(dn_tensor_format(&scalar, text, 1), length);
    assert_string_equal(text, "");
    assert_int_equal(dn_tensor_format(&scalar, text, sizeof text), length);
    assert_string_equal(text, "tensor(");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scalar_has_no_brackets),
        cmocka_unit_test(whole_numbers_have_no_digits_after_the_point),
        cmocka_unit_test(fractions_have_four_digits_and_line_up),
        cmocka_unit_test(wide_ranges_and_small_and_large_numbers_have_exponents),
        cmocka_unit_test(nan_and_infinity_line_up_with_fractions_only),
        cmocka_unit_test(nothing_is_empty_brackets),
        cmocka_unit_test(deeper_axes_are_set_apart_by_empty_lines),
        cmocka_unit_test(long_rows_are_broken_at_80_columns),
        cmocka_unit_test(a_thousand_elements_are_all_printed),
        cmocka_unit_test(above_1000_elements_the_middle_is_left_out),
        cmocka_unit_test(views_print_as_they_are_indexed),
        cmocka_unit_test(text_is_cut_to_the_room_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
