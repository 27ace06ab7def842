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

/** line[x] = the window's mean of column x, for the columns from begin to end. */
static void average_rows(const dn_tensor *source, const span *rows, size_t begin, size_t end, double *line)
{
    for (size_t x = begin; x < end; x++)
        line[x] = 0.0;
    for (size_t y = rows->begin; y < rows->end; y++) {
        const double weight = covered(rows, y);
        const float *row = source->data + (ptrdiff_t)y * source->stride[0];
        for (size_t x = begin; x < end; x++)
            line[x] += weight * (double)row[(ptrdiff_t)x * source->stride[1]];
    }
    for (size_t x = begin; x < end; x++)
        line[x] /= rows->divisor;
}

static float average_columns(const double *line, const span *columns)
{
    double sum = 0.0;
    for (size_t x = columns->begin; x < columns->end; x++)
        sum += covered(columns, x) * line[x];
    return (float)(sum / columns->divisor);
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
    const size_t height = out->shape.extent[0];
    const size_t width = out->shape.extent[1];
    const size_t source_width = source->shape.extent[1];
    double *line = dn_allocate(source_width, sizeof *line, error);
    span *columns = dn_allocate(width, sizeof *columns, error);
    dn_status status = line && columns ? DN_OK : DN_ERR_MEMORY;
    for (size_t x = 0; x < width && status == DN_OK; x++)
        columns[x] = find_window(region.left, region.width, x, width, source_width, beyond);
    for (size_t y = 0; y < height && status == DN_OK; y++) {
        const span rows = find_window(region.top, region.height, y, height, source->shape.extent[0], beyond);
        average_rows(source, &rows, columns[0].begin, columns[width - 1].end, line);
        float *row = out->data + (ptrdiff_t)y * out->stride[0];
        for (size_t x = 0; x < width; x++)
            row[(ptrdiff_t)x * out->stride[1]] = average_columns(line, &columns[x]);
    }
    dn_release(line);
    dn_release(columns);
    return status;
}
