#include "picture/resample.h"

#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"

#include <math.h>

/** The pixels along one axis that a pixel of the result covers: begin .. end - 1, the outer two in part. */
typedef struct span {
    size_t begin;
    size_t end;
    double lower;
    double upper;
    double divisor; /**< what a sum over the window is divided by */
} span;

dn_region dn_region_whole(const dn_tensor *picture)
{
    return (dn_region){.height = (double)picture->shape.extent[0], .width = (double)picture->shape.extent[1]};
}

static double clamp(double value, double limit)
{
    return value < 0.0 ? 0.0 : value > limit ? limit : value;
}

/** The window of result pixel `place` of `count`, which share `length` pixels from `start` on. */
static span find_window(double start, double length, size_t place, size_t count, size_t extent,
                        dn_beyond beyond)
{
    const double step = length / (double)count;
    const double centre = start + ((double)place + 0.5) * step;
    const double width = step > 1.0 ? step : 1.0;
    span window = {.lower = clamp(centre - width / 2.0, (double)extent),
                   .upper = clamp(centre + width / 2.0, (double)extent)};
    const double inside = window.upper - window.lower;
    window.begin = dn_size_from(window.lower, extent);
    window.end = inside > 0.0 ? dn_size_from(ceil(window.upper), extent) : window.begin;
    window.divisor = beyond == DN_BEYOND_IGNORED && inside > 0.0 ? inside : width;
    return window;
}

/** How much of pixel `place` lies in the window, 0 to 1. */
static double covered(const span *window, size_t place)
{
    const double begin = (double)place > window->lower ? (double)place : window->lower;
    const double end = (double)place + 1.0 < window->upper ? (double)place + 1.0 : window->upper;
    return end - begin;
}

/** Where rows come from: picture [height, width] of interleaved channels, whatever its samples are. */
typedef struct row_source {
    const void *picture;
    size_t height, width, channels;
    /** Read the pixels begin to end - 1 of a row: values gets [end - begin, channels]. */
    void (*read)(const void *picture, size_t y, size_t begin, size_t end, float *values);
} row_source;

/** line[i] = the window's mean of sample i of the columns begin to end - 1. values is memory for a row. */
static void average_rows(const row_source *source, const span *rows, size_t begin, size_t end, float *values,
                         double *line)
{
    const size_t count = (end - begin) * source->channels;
    for (size_t i = 0; i < count; i++)
        line[i] = 0.0;
    for (size_t y = rows->begin; y < rows->end; y++) {
        const double weight = covered(rows, y);
        source->read(source->picture, y, begin, end, values);
        for (size_t i = 0; i < count; i++)
            line[i] += weight * (double)values[i];
    }
    for (size_t i = 0; i < count; i++)
        line[i] /= rows->divisor;
}

/** The window's mean of samples that lie `step` apart. The pixels between the outer two are covered whole. */
static float average_columns(const double *line, size_t step, const span *columns)
{
    double sum = 0.0;
    if (columns->begin < columns->end) {
        const size_t last = columns->end - 1;
        sum = covered(columns, columns->begin) * line[columns->begin * step];
        for (size_t x = columns->begin + 1; x < last; x++)
            sum += line[x * step];
        if (last > columns->begin)
            sum += covered(columns, last) * line[last * step];
    }
    return (float)(sum / columns->divisor);
}

/** Shapes: out [channels, h, w]. */
static dn_status resample(const row_source *source, dn_region region, dn_beyond beyond, dn_tensor *out,
                          dn_error *error)
{
    const size_t channels = source->channels;
    const size_t height = out->shape.extent[1];
    const size_t width = out->shape.extent[2];
    double *line = dn_allocate(source->width * channels, sizeof *line, error);
    float *values = dn_allocate(source->width * channels, sizeof *values, error);
    span *columns = dn_allocate(width, sizeof *columns, error);
    const dn_status status = line && values && columns ? DN_OK : DN_ERR_MEMORY;
    for (size_t x = 0; x < width && status == DN_OK; x++)
        columns[x] = find_window(region.left, region.width, x, width, source->width, beyond);
    for (size_t y = 0; y < height && status == DN_OK; y++) {
        const span rows = find_window(region.top, region.height, y, height, source->height, beyond);
        const size_t begin = columns[0].begin;
        average_rows(source, &rows, begin, columns[width - 1].end, values, line + begin * channels);
        float *row = out->data + (ptrdiff_t)y * out->stride[1];
        for (size_t x = 0; x < width; x++)
            for (size_t k = 0; k < channels; k++)
                row[(ptrdiff_t)k * out->stride[0] + (ptrdiff_t)x * out->stride[2]] =
                    average_columns(line + k, channels, &columns[x]);
    }
    dn_release(line);
    dn_release(values);
    dn_release(columns);
    return status;
}

static void read_tensor(const void *picture, size_t y, size_t begin, size_t end, float *values)
{
    const dn_tensor *tensor = picture;
    const float *row = tensor->data + (ptrdiff_t)y * tensor->stride[0];
    for (size_t x = begin; x < end; x++)
        values[x - begin] = row[(ptrdiff_t)x * tensor->stride[1]];
}

static void read_picture(const void *picture, size_t y, size_t begin, size_t end, float *values)
{
    const dn_picture *from = picture;
    const uint16_t *samples = from->samples + (y * from->width + begin) * from->channels;
    for (size_t i = 0; i < (end - begin) * from->channels; i++)
        values[i] = (float)samples[i] / (float)DN_PICTURE_WHITE;
}

static void read_plane(const void *picture, size_t y, size_t begin, size_t end, float *values)
{
    const dn_plane *plane = picture;
    const uint8_t *row = plane->data + y * plane->width + begin;
    for (size_t i = 0; i < end - begin; i++)
        values[i] = (float)row[i] / (float)UINT8_MAX;
}

/** A picture [h, w] as one of one channel. */
static dn_tensor as_channel(const dn_tensor *out)
{
    return (dn_tensor){.shape = DN_SHAPE(1, out->shape.extent[0], out->shape.extent[1]),
                       .stride = {0, out->stride[0], out->stride[1]},
                       .data = out->data};
}

dn_status dn_resample_picture(const dn_picture *picture, dn_region region, dn_tensor *out, dn_error *error)
{
    const row_source source = {picture, picture->height, picture->width, picture->channels, read_picture};
    return resample(&source, region, DN_BEYOND_IGNORED, out, error);
}

dn_status dn_resample_plane(const dn_plane *plane, dn_region region, dn_tensor *out, dn_error *error)
{
    const row_source source = {plane, plane->height, plane->width, 1, read_plane};
    dn_tensor channel = as_channel(out);
    return resample(&source, region, DN_BEYOND_EMPTY, &channel, error);
}

static dn_status check(const dn_tensor *source, const dn_tensor *out, dn_error *error)
{
    char from[DN_SHAPE_TEXT_SIZE];
    char to[DN_SHAPE_TEXT_SIZE];
    if (source->shape.rank == 2 && out->shape.rank == 2 && dn_tensor_count(source) > 0 &&
        dn_tensor_count(out) > 0)
        return DN_OK;
    return dn_fail(error, DN_ERR_SHAPE, "give pictures of at least one pixel",
                   "resampling %s to %s, [H, W] expected", dn_shape_text(source->shape, from),
                   dn_shape_text(out->shape, to));
}

dn_status dn_resample(const dn_tensor *source, dn_region region, dn_beyond beyond, dn_tensor *out,
                      dn_error *error)
{
    DN_TRY(check(source, out, error));
    const row_source rows = {source, source->shape.extent[0], source->shape.extent[1], 1, read_tensor};
    dn_tensor channel = as_channel(out);
    return resample(&rows, region, beyond, &channel, error);
}
