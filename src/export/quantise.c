#include "export/quantise.h"

#include "core/fail.h"
#include "core/memory.h"
#include "export/net.h"

#include "digitnet/data.h"

#include <float.h>
#include <math.h>

#define WEIGHT_MOST 127
/** A bias takes at most so much of a sum's 31 bits. */
#define BIAS_MOST 0x1p24
/** Bits of a factor, and of the sum that it multiplies: their product fits 32 bits. */
#define FACTOR_BITS 16
#define FACTOR_MOST 65535

/** Units far from those of any net that learnt something: with these, no product of doubles here leaves their range. */
#define UNIT_LEAST 1e-250
#define UNIT_MOST 1e250

/** What the integers between two layers stand for, and how large they can be. */
typedef struct level {
    double unit;
    uint64_t *most; /**< of each integer */
} level;

static double nearest(double value)
{
    return floor(value + 0.5);
}

/** Quantise one row of weights, and its bias. Hands back its scale. */
static double make_row(dn_whole_layer *layer, size_t row, const dn_tensor *weight, double bias)
{
    double largest = 0;
    for (size_t i = 0; i < layer->inputs; i++)
        largest = fmax(largest, fabs((double)dn_export_weight(weight, row, i)));
    const double scale = fmax(largest / WEIGHT_MOST, fabs(bias) / BIAS_MOST);
    layer->bias[row] = scale == 0 ? 0 : (int32_t)nearest(bias / scale);
    for (size_t i = 0; i < layer->inputs; i++)
        layer->weight[i * layer->outputs + row] =
            (int8_t)(scale == 0 ? 0 : nearest((double)dn_export_weight(weight, row, i) / scale));
    return scale;
}

/** The largest that a row's sum can become, or, of its terms without their signs, any sum on the way. */
static uint64_t bound_row(const dn_whole_layer *layer, size_t row, const uint64_t *most, bool without_signs)
{
    const int32_t bias = layer->bias[row];
    uint64_t bound = (uint64_t)(bias > 0 ? bias : without_signs ? -bias : 0);
    for (size_t i = 0; i < layer->inputs; i++) {
        /* NOLINTNEXTLINE(bugprone-signed-char-misuse, cert-str34-c): it is a number */
        const int weight = layer->weight[i * layer->outputs + row];
        bound += most[i] * (uint64_t)(weight > 0 ? weight : without_signs ? -weight : 0);
    }
    return bound;
}

static uint64_t bound_rows(const dn_whole_layer *layer, const uint64_t *most, bool without_signs)
{
    uint64_t bound = 0;
    for (size_t row = 0; row < layer->outputs; row++) {
        const uint64_t of_row = bound_row(layer, row, most, without_signs);
        bound = of_row > bound ? of_row : bound;
    }
    return bound;
}

/** Quantise a layer whose inputs have this unit; row [outputs] gets the scales. */
static dn_status make_rows(dn_whole_layer *layer, dn_model *model, size_t index, double unit, double *row,
                           dn_error *error)
{
    const dn_tensor *bias = &dn_model_bias(model, index)->value;
    dn_tensor weight;
    DN_TRY(dn_model_weight(model, index, &weight, error));
    for (size_t i = 0; i < layer->outputs; i++)
        row[i] = make_row(layer, i, &weight, (double)bias->data[(ptrdiff_t)i * bias->stride[0]] / unit);
    dn_tensor_free(&weight);
    return DN_OK;
}

static double largest_of(const double *values, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, values[i]);
    return largest;
}

/** Bring the sums of a hidden layer to one unit: the factors, the first shift, and the level behind it, for a second shift of 0. */
static void join_rows(dn_whole_layer *layer, const double *row, level *to, const level *from)
{
    const double largest = largest_of(row, layer->outputs);
    layer->before = 0;
    while (bound_rows(layer, from->most, false) >> layer->before >> FACTOR_BITS != 0)
        layer->before++;
    for (size_t i = 0; i < layer->outputs; i++) {
        layer->factor[i] = (uint16_t)(largest == 0 ? 0 : nearest(row[i] / largest * FACTOR_MOST));
        to->most[i] = (bound_row(layer, i, from->most, false) >> layer->before) * layer->factor[i];
    }
    to->unit = from->unit * (largest == 0 ? 1 : largest) * ldexp(1, (int)layer->before) / FACTOR_MOST;
}

/** By how many bits a bound leaves the 31 of a sum. */
static unsigned bits_beyond(uint64_t bound)
{
    unsigned bits = 0;
    while (bound >> bits > INT32_MAX)
        bits++;
    return bits;
}

/** Quantise the layer behind a hidden one, and choose the shift between them so that no sum leaves its 31 bits. */
static dn_status make_rows_behind(dn_whole_layer *hidden, dn_whole_layer *layer, dn_model *model,
                                  size_t index, level *from, double *row, dn_error *error)
{
    for (unsigned bits = 1; bits != 0; bits = bits_beyond(bound_rows(layer, from->most, true))) {
        hidden->after += bits;
        from->unit *= ldexp(1, (int)bits);
        for (size_t i = 0; i < hidden->outputs; i++)
            from->most[i] >>= bits;
        DN_TRY(make_rows(layer, model, index, from->unit, row, error));
    }
    return DN_OK;
}

static dn_status allocate(dn_whole_layer *layer, bool is_last, dn_error *error)
{
    layer->weight = dn_allocate_zeroed(layer->inputs * layer->outputs, sizeof *layer->weight, error);
    layer->bias = dn_allocate_zeroed(layer->outputs, sizeof *layer->bias, error);
    if (is_last)
        layer->scale = dn_allocate_zeroed(layer->outputs, sizeof *layer->scale, error);
    else
        layer->factor = dn_allocate_zeroed(layer->outputs, sizeof *layer->factor, error);
    return layer->weight && layer->bias && (layer->scale || layer->factor) ? DN_OK : DN_ERR_MEMORY;
}

static dn_status allocate_layers(dn_whole_net *net, const dn_model *model, dn_error *error)
{
    net->layers = dn_allocate_zeroed(dn_model_layers(model), sizeof *net->layers, error);
    if (!net->layers)
        return DN_ERR_MEMORY;
    net->layer_count = dn_model_layers(model);
    for (size_t i = 0; i < net->layer_count; i++) {
        net->layers[i].inputs = dn_model_width(model, i);
        net->layers[i].outputs = dn_model_width(model, i + 1);
        DN_TRY(allocate(&net->layers[i], i + 1 == net->layer_count, error));
    }
    return DN_OK;
}

static dn_status fail_range(dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, "train it again, with a lower learning rate, or export it as floats",
                   "its weights are too large or too small for whole numbers");
}

/** What the layers are made with: scales of the rows in the making, and the levels before and behind a layer. */
typedef struct workshop {
    double *row;
    level before;
    level behind;
} workshop;

static dn_status make_layers(dn_whole_net *net, dn_model *model, workshop *work, dn_error *error)
{
    dn_whole_layer *last = &net->layers[net->layer_count - 1];
    work->before.unit = 1.0 / DN_DIGIT_WHITE;
    for (size_t i = 0; i < net->layers[0].inputs; i++)
        work->before.most[i] = DN_DIGIT_WHITE;
    DN_TRY(make_rows(&net->layers[0], model, 0, work->before.unit, work->row, error));
    for (dn_whole_layer *layer = net->layers; layer != last; layer++) {
        join_rows(layer, work->row, &work->behind, &work->before);
        if (!(work->behind.unit > UNIT_LEAST && work->behind.unit < UNIT_MOST))
            return fail_range(error);
        DN_TRY(make_rows_behind(layer, layer + 1, model, (size_t)(layer - net->layers) + 1, &work->behind,
                                work->row, error));
        const level behind = work->behind;
        work->behind = work->before;
        work->before = behind;
    }
    for (size_t i = 0; i < last->outputs; i++) {
        const double scale = work->before.unit * work->row[i];
        if (scale > (double)FLT_MAX)
            return fail_range(error);
        last->scale[i] = (float)scale;
    }
    return DN_OK;
}

static dn_status build(dn_whole_net *net, dn_model *model, dn_error *error)
{
    workshop work = {0};
    size_t widest = 0;
    for (size_t i = 0; i <= dn_model_layers(model); i++)
        widest = dn_model_width(model, i) > widest ? dn_model_width(model, i) : widest;
    work.row = dn_allocate(widest, sizeof *work.row, error);
    work.before.most = dn_allocate(widest, sizeof *work.before.most, error);
    work.behind.most = dn_allocate(widest, sizeof *work.behind.most, error);
    dn_status status = work.row && work.before.most && work.behind.most ? DN_OK : DN_ERR_MEMORY;
    if (status == DN_OK)
        status = allocate_layers(net, model, error);
    if (status == DN_OK)
        status = make_layers(net, model, &work, error);
    dn_release(work.row);
    dn_release(work.before.most);
    dn_release(work.behind.most);
    return status;
}

dn_status dn_quantise(dn_model *model, dn_whole_net *net, dn_error *error)
{
    *net = (dn_whole_net){0};
    const dn_status status = build(net, model, error);
    if (status != DN_OK)
        dn_whole_net_free(net);
    return status;
}

void dn_whole_net_free(dn_whole_net *net)
{
    for (size_t i = 0; i < net->layer_count; i++) {
        dn_release(net->layers[i].weight);
        dn_release(net->layers[i].bias);
        dn_release(net->layers[i].factor);
        dn_release(net->layers[i].scale);
    }
    dn_release(net->layers);
    *net = (dn_whole_net){0};
}

static void add_inputs(const dn_whole_layer *layer, const int32_t *x, int32_t *sum)
{
    for (size_t o = 0; o < layer->outputs; o++)
        sum[o] = layer->bias[o];
    for (size_t i = 0; i < layer->inputs; i++)
        for (size_t o = 0; o < layer->outputs; o++)
            sum[o] += x[i] * layer->weight[i * layer->outputs + o];
}

static void rectify(const dn_whole_layer *layer, int32_t *sum)
{
    for (size_t o = 0; o < layer->outputs; o++) {
        const uint32_t positive = sum[o] > 0 ? (uint32_t)sum[o] : 0;
        sum[o] = (int32_t)((positive >> layer->before) * layer->factor[o] >> layer->after);
    }
}

dn_status dn_whole_net_scores(const dn_whole_net *net, const uint8_t *pixels, float *scores, dn_error *error)
{
    const dn_whole_layer *last = &net->layers[net->layer_count - 1];
    size_t widest = net->layers[0].inputs;
    for (size_t i = 0; i < net->layer_count; i++)
        widest = net->layers[i].outputs > widest ? net->layers[i].outputs : widest;
    int32_t *x = dn_allocate(2 * widest, sizeof *x, error);
    if (!x)
        return DN_ERR_MEMORY;
    int32_t *from = x;
    int32_t *to = x + widest;
    for (size_t i = 0; i < net->layers[0].inputs; i++)
        from[i] = pixels[i];
    for (size_t i = 0; i < net->layer_count; i++) {
        add_inputs(&net->layers[i], from, to);
        if (&net->layers[i] != last)
            rectify(&net->layers[i], to);
        int32_t *sums = to;
        to = from;
        from = sums;
    }
    for (size_t o = 0; o < last->outputs; o++)
        scores[o] = (float)from[o] * last->scale[o];
    dn_release(x);
    return DN_OK;
}
