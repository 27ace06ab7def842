#include "support.h"

#include "core/random.h"
#include "export/net.h"
#include "export/quantise.h"
#include "nn/model.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static dn_error error;

#define MOST_WIDTH 784

/** An element of a layer's weight. */
static float *element(dn_model *model, size_t layer, size_t row, size_t column)
{
    size_t parameter = dn_model_first_parameter(model, layer);
    for (; row >= dn_model_parameter(model, parameter)->value.shape.extent[0]; parameter++)
        row -= dn_model_parameter(model, parameter)->value.shape.extent[0];
    const dn_tensor *tensor = &dn_model_parameter(model, parameter)->value;
    return tensor->data + (ptrdiff_t)row * tensor->stride[0] + (ptrdiff_t)column * tensor->stride[1];
}

/** Fill the weight of a layer with numbers of the normal distribution times scale. */
static void fill(dn_model *model, size_t layer, dn_random *random, float scale)
{
    for (size_t row = 0; row < dn_model_width(model, layer + 1); row++)
        for (size_t column = 0; column < dn_model_width(model, layer); column++)
            *element(model, layer, row, column) = scale * dn_random_normal(random);
}

static void fill_bias(dn_model *model, size_t layer, dn_random *random, float scale)
{
    for (size_t row = 0; row < dn_model_width(model, layer + 1); row++)
        dn_model_bias(model, layer)->value.data[row] = scale * dn_random_normal(random);
}

/** A net with weights as He draws them, whose rows differ in scale, and biases; the caller frees. */
static dn_model *new_model(const size_t *widths, size_t width_count, uint64_t seed)
{
    dn_model *model;
    dn_random random = dn_random_stream(seed, DN_PURPOSE_TENSOR, 0, 0);
    assert_ok(dn_model_blank(&model, widths, width_count, &error));
    for (size_t i = 0; i + 1 < width_count; i++) {
        fill(model, i, &random, sqrtf(2.0F / (float)widths[i]));
        fill_bias(model, i, &random, 0.2F);
        for (size_t row = 0; row < widths[i + 1]; row += 3)
            for (size_t column = 0; column < widths[i]; column++)
                *element(model, i, row, column) *= 0.1F;
    }
    return model;
}

static void draw_pixels(uint8_t *pixels, size_t count, dn_random *random)
{
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint8_t)(dn_random_below(random, 4) != 0 ? 0 : dn_random_below(random, 256));
}

/** The scores of the net itself, in double precision. */
static void score_exactly(dn_model *model, const uint8_t *pixels, double *scores)
{
    double from[MOST_WIDTH];
    double to[MOST_WIDTH];
    for (size_t i = 0; i < dn_model_width(model, 0); i++)
        from[i] = pixels[i] / 255.0;
    for (size_t layer = 0; layer < dn_model_layers(model); layer++) {
        for (size_t o = 0; o < dn_model_width(model, layer + 1); o++) {
            to[o] = (double)dn_model_bias(model, layer)->value.data[o];
            for (size_t i = 0; i < dn_model_width(model, layer); i++)
                to[o] += from[i] * (double)*element(model, layer, o, i);
            if (layer + 1 < dn_model_layers(model))
                to[o] = fmax(to[o], 0);
        }
        memcpy(from, to, sizeof from);
    }
    memcpy(scores, from, dn_model_width(model, dn_model_layers(model)) * sizeof *scores);
}

/** The sums in 64 bits, as quantise.h has them; no sum on the way leaves 32, whatever order the terms come in. */
static void score_widely(const dn_whole_net *net, const uint8_t *pixels, float *scores)
{
    int64_t from[MOST_WIDTH];
    int64_t to[MOST_WIDTH];
    for (size_t i = 0; i < net->layers[0].inputs; i++)
        from[i] = pixels[i];
    for (size_t n = 0; n < net->layer_count; n++) {
        const dn_whole_layer *layer = &net->layers[n];
        for (size_t o = 0; o < layer->outputs; o++) {
            int64_t positive = layer->bias[o] > 0 ? layer->bias[o] : 0;
            int64_t negative = layer->bias[o] > 0 ? 0 : layer->bias[o];
            for (size_t i = 0; i < layer->inputs; i++) {
                const int64_t term = from[i] * layer->weight[i * layer->outputs + o];
                positive += term > 0 ? term : 0;
                negative += term > 0 ? 0 : term;
            }
            assert_true(positive <= INT32_MAX && negative >= -INT32_MAX);
            to[o] = positive + negative;
            if (layer->factor) {
                const int64_t product = (to[o] > 0 ? to[o] >> layer->before : 0) * layer->factor[o];
                assert_true(product <= UINT32_MAX);
                to[o] = product >> layer->after;
            } else {
                assert_true(isfinite(layer->scale[o]));
                scores[o] = (float)to[o] * layer->scale[o];
            }
        }
        memcpy(from, to, sizeof from);
    }
}

static void check_sums(dn_model *model, const uint8_t *pixels)
{
    float found[MOST_WIDTH];
    float expected[MOST_WIDTH];
    dn_whole_net net;
    assert_ok(dn_quantise(model, &net, &error));
    score_widely(&net, pixels, expected);
    assert_ok(dn_whole_net_scores(&net, pixels, found, &error));
    assert_memory_equal(found, expected, net.layers[net.layer_count - 1].outputs * sizeof *found);
    dn_whole_net_free(&net);
}

static const size_t widths[][6] = {{784, 10},   {784, 128, 10}, {784, 32, 24, 10}, {784, 20, 20, 20, 20, 10},
                                   {9, 300, 1}, {1, 1, 1, 2}};
static const size_t width_counts[] = {2, 3, 4, 6, 3, 4};
#define NETS (sizeof widths / sizeof widths[0])

static void scores_are_near_those_of_the_net(void **state)
{
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        dn_model *model = new_model(widths[n], width_counts[n], n + 1);
        dn_random random = dn_random_stream(n, DN_PURPOSE_TENSOR, 1, 0);
        const size_t outputs = widths[n][width_counts[n] - 1];
        dn_whole_net net;
        assert_ok(dn_quantise(model, &net, &error));
        for (size_t picture = 0; picture < 20; picture++) {
            uint8_t pixels[MOST_WIDTH];
            float found[MOST_WIDTH];
            double expected[MOST_WIDTH];
            double largest = 0;
            draw_pixels(pixels, widths[n][0], &random);
            assert_ok(dn_whole_net_scores(&net, pixels, found, &error));
            score_exactly(model, pixels, expected);
            for (size_t o = 0; o < outputs; o++)
                largest = fmax(largest, fabs(expected[o]));
            for (size_t o = 0; o < outputs; o++)
                assert_true(fabs((double)found[o] - expected[o]) <= 0.05 * (largest + 1));
        }
        dn_whole_net_free(&net);
        dn_model_free(model);
    }
}

/** Bright pixels, weights of one sign, few and many layers: sums as large as they can be. */
static void no_sum_leaves_its_bits(void **state)
{
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        for (int sign = -1; sign <= 1; sign++) {
            uint8_t pixels[MOST_WIDTH];
            dn_model *model = new_model(widths[n], width_counts[n], n + 1);
            dn_random random = dn_random_stream(n, DN_PURPOSE_TENSOR, 2, 0);
            for (size_t i = 0; i < dn_model_parameters(model) && sign != 0; i++) {
                const bool last = i + 2 >= dn_model_parameters(model);
                assert_ok(dn_fill(&dn_model_parameter(model, i)->value, last && sign < 0 ? -1 : 1, &error));
            }
            memset(pixels, 255, sizeof pixels);
            check_sums(model, pixels);
            memset(pixels, 0, sizeof pixels);
            check_sums(model, pixels);
            draw_pixels(pixels, widths[n][0], &random);
            check_sums(model, pixels);
            dn_model_free(model);
        }
    }
}

/** Weights are a part of a bias that dwarfs them, are all zero, or lie alone: a row is as good as 8 bits and its bias allow. */
static void odd_rows_keep_their_meaning(void **state)
{
    (void)state;
    dn_model *model;
    dn_whole_net net;
    float scores[4];
    const uint8_t pixels[2] = {255, 51};
    assert_ok(dn_model_blank(&model, (size_t[]){2, 4}, 2, &error));
    float *const bias = dn_model_bias(model, 0)->value.data;
    bias[0] = 3;                                       /* a bias alone */
    *element(model, 0, 1, 0) = 1e-3F, bias[1] = -1000; /* a bias that dwarfs */
    *element(model, 0, 2, 1) = 0.5F;                   /* a single weight */
    assert_ok(dn_quantise(model, &net, &error));
    assert_ok(dn_whole_net_scores(&net, pixels, scores, &error));
    assert_true(fabsf(scores[0] - 3) < 1e-6F);
    assert_true(fabsf(scores[1] + 999.999F) < 1e-3F);
    assert_true(fabsf(scores[2] - 0.1F) < 1e-6F);
    assert_true(scores[3] == 0);
    dn_whole_net_free(&net);
    dn_model_free(model);
}

/** Files may hold any finite weights: a net of those is refused, or its scores are numbers. */
static void weights_of_any_size_are_refused_or_scored(void **state)
{
    (void)state;
    static const float sizes[] = {FLT_TRUE_MIN, FLT_MIN, 1e-20F, 1, 1e20F, FLT_MAX / 8};
    size_t refused = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            size_t many[33] = {4, [1] = 3, [2] = 3};
            for (size_t place = 3; place < 33; place++)
                many[place] = 3;
            for (size_t count = 2; count <= 33; count += count == 2 ? 1 : 30) {
                uint8_t pixels[MOST_WIDTH] = {255, 0, 128, 1};
                dn_random random = dn_random_stream(i, DN_PURPOSE_TENSOR, j, 0);
                dn_model *model;
                dn_whole_net net;
                assert_ok(dn_model_blank(&model, many, count, &error));
                for (size_t layer = 0; layer + 1 < count; layer++) {
                    fill(model, layer, &random, sizes[i] / 8);
                    fill_bias(model, layer, &random, sizes[j] / 8);
                }
                const dn_status status = dn_quantise(model, &net, &error);
                if (status == DN_OK)
                    check_sums(model, pixels);
                else
                    assert_contains(error.problem, "too large or too small");
                refused += status != DN_OK;
                dn_whole_net_free(&net);
                dn_model_free(model);
            }
        }
    }
    assert_in_range(refused, 1, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_near_those_of_the_net),
        cmocka_unit_test(no_sum_leaves_its_bits),
        cmocka_unit_test(odd_rows_keep_their_meaning),
        cmocka_unit_test(weights_of_any_size_are_refused_or_scored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
