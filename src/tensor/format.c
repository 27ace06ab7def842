#include "core/number.h"

#include "digitnet/tensor.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** As torch.set_printoptions: digits after the point, and when and how a long axis is cut. */
#define PRECISION 4
#define THRESHOLD 1000
#define EDGE_ITEMS ((size_t)3)
#define LINE_WIDTH 80
#define SUFFIX_ROOM 4 /* ", " before and ")" after, and one more that torch counts */
#define NUMBER_SIZE 64
/** Beyond these, numbers are printed with an exponent. */
#define MAX_RATIO 1000.0
#define LARGE 1e8
#define SMALL 1e-4
static const char prefix[] = "tensor(";

/** Where the text goes, and how every number in it looks. */
typedef struct text_writer {
    char *text;
    size_t size;
    size_t length; /**< of the whole text, also beyond size */
    size_t column; /**< characters in the last line */
    bool summarise;
    bool integral;   /**< all numbers are whole: "3." */
    bool scientific; /**< "3.0000e+10" */
    int width;       /**< of the widest number that is finite and not 0; others are not cut, nor lined up */
} text_writer;

static void put(text_writer *writer, const char *text)
{
    for (; *text != '\0'; text++) {
        if (writer->length < writer->size) /* the last one gives way to the 0 at the end */
            writer->text[writer->length] = *text;
        writer->length++;
        writer->column = *text == '\n' ? 0 : writer->column + 1;
    }
}

static void put_spaces(text_writer *writer, size_t count)
{
    while (count-- > 0)
        put(writer, " ");
}

static int number_text(const text_writer *writer, float value, char *text)
{
    if (isnan(value))
        return snprintf(text, NUMBER_SIZE, "nan");
    if (isinf(value))
        return snprintf(text, NUMBER_SIZE, value < 0.0F ? "-inf" : "inf");
    if (writer->scientific)
        return dn_number_text(text, NUMBER_SIZE, "%.*e", PRECISION, (double)value);
    if (writer->integral)
        return snprintf(text, NUMBER_SIZE, "%.0f.", (double)value);
    return dn_number_text(text, NUMBER_SIZE, "%.*f", PRECISION, (double)value);
}

/** The index that follows in an axis: a summary skips the middle. */
static size_t next_shown(const text_writer *writer, size_t index, size_t extent)
{
    if (writer->summarise && extent > 2 * EDGE_ITEMS && index + 1 == EDGE_ITEMS)
        return extent - EDGE_ITEMS;
    return index + 1;
}

typedef void visitor(text_writer *writer, float value, void *state);

/** Visit the elements that are shown. */
/* NOLINTNEXTLINE(misc-no-recursion): once for each of at most DN_MAX_RANK axes */
static void visit(text_writer *writer, const dn_tensor *tensor, size_t axis, const float *data, visitor *see,
                  void *state)
{
    if (axis == tensor->shape.rank || axis == DN_MAX_RANK) {
        see(writer, *data, state);
        return;
    }
    const size_t extent = tensor->shape.extent[axis];
    for (size_t i = 0; i < extent; i = next_shown(writer, i, extent))
        visit(writer, tensor, axis + 1, data + (ptrdiff_t)i * tensor->stride[axis], see, state);
}

/** The range of the finite numbers that are not 0. */
typedef struct range {
    bool any;
    double smallest;
    double largest;
} range;

static void see_range(text_writer *writer, float value, void *state)
{
    range *seen = state;
    if (!isfinite(value) || value == 0.0F)
        return;
    const double size = fabs((double)value);
    writer->integral = writer->integral && truncf(value) == value;
    seen->smallest = !seen->any || size < seen->smallest ? size : seen->smallest;
    seen->largest = !seen->any || size > seen->largest ? size : seen->largest;
    seen->any = true;
}

static void see_width(text_writer *writer, float value, void *state)
{
    (void)state;
    char text[NUMBER_SIZE];
    if (!isfinite(value) || value == 0.0F)
        return;
    const int width = number_text(writer, value, text);
    writer->width = width > writer->width ? width : writer->width;
}

/** Choose one form for all numbers, by the rules of torch's formatter. */
static void choose_form(text_writer *writer, const dn_tensor *tensor)
{
    range seen = {false, 0.0, 0.0};
    writer->integral = true;
    writer->width = 1;
    visit(writer, tensor, 0, tensor->data, see_range, &seen);
    writer->scientific = seen.any && (seen.largest / seen.smallest > MAX_RATIO || seen.largest > LARGE ||
                                      (!writer->integral && seen.smallest < SMALL));
    visit(writer, tensor, 0, tensor->data, see_width, NULL);
}

static void put_number(text_writer *writer, float value)
{
    char text[NUMBER_SIZE];
    const int length = number_text(writer, value, text);
    for (int i = length; i < writer->width; i++)
        put(writer, " ");
    put(writer, text);
}

/** Begin the next item of a row: behind a comma, on the same line or on a new one. */
static void begin_item(text_writer *writer, size_t shown, size_t per_line, size_t indent)
{
    if (shown == 0)
        return;
    if (shown % per_line != 0) {
        put(writer, ", ");
        return;
    }
    put(writer, ",\n");
    put_spaces(writer, indent + 1);
}

/** One row of numbers, broken into lines that fit LINE_WIDTH. */
static void put_vector(text_writer *writer, const dn_tensor *tensor, const float *data, size_t indent)
{
    const size_t axis = tensor->shape.rank - 1;
    const size_t extent = tensor->shape.extent[axis];
    const size_t fit = (LINE_WIDTH - indent) / (size_t)(writer->width + 2);
    const size_t per_line = fit > 0 ? fit : 1;
    size_t shown = 0;
    put(writer, "[");
    for (size_t i = 0; i < extent; i = next_shown(writer, i, extent)) {
        begin_item(writer, shown++, per_line, indent);
        put_number(writer, data[(ptrdiff_t)i * tensor->stride[axis]]);
        if (next_shown(writer, i, extent) == i + 1)
            continue;
        begin_item(writer, shown++, per_line, indent);
        put(writer, " ...");
    }
    put(writer, "]");
}

/** What stands between two items of an axis: the more axes below it, the more lines. */
static void put_separator(text_writer *writer, size_t axes_below, size_t indent)
{
    put(writer, ",");
    for (size_t line = 0; line < axes_below; line++)
        put(writer, "\n");
    put_spaces(writer, indent + 1);
}

/* NOLINTNEXTLINE(misc-no-recursion): once for each of at most DN_MAX_RANK axes */
static void put_axis(text_writer *writer, const dn_tensor *tensor, size_t axis, const float *data,
                     size_t indent)
{
    const size_t axes_below = tensor->shape.rank - axis - 1;
    const size_t extent = tensor->shape.extent[axis];
    if (axes_below == 0) {
        put_vector(writer, tensor, data, indent);
        return;
    }
    put(writer, "[");
    for (size_t i = 0; i < extent; i = next_shown(writer, i, extent)) {
        if (i != 0)
            put_separator(writer, axes_below, indent);
        put_axis(writer, tensor, axis + 1, data + (ptrdiff_t)i * tensor->stride[axis], indent + 1);
        if (next_shown(writer, i, extent) != i + 1) {
            put_separator(writer, axes_below, indent);
            put(writer, "...");
        }
    }
    put(writer, "]");
}

/** As torch puts a dtype: behind the numbers, or on a line of its own where it would cross the edge. */
static void put_shape(text_writer *writer, dn_shape shape)
{
    static const char label[] = "shape=";
    char text[DN_SHAPE_TEXT_SIZE];
    const size_t length = sizeof label - 1 + strlen(dn_shape_text(shape, text));
    put(writer, ",");
    if (writer->column + length + SUFFIX_ROOM > LINE_WIDTH) {
        put(writer, "\n");
        put_spaces(writer, sizeof prefix - 1);
    } else {
        put(writer, " ");
    }
    put(writer, label);
    put(writer, text);
}

size_t dn_tensor_format(const dn_tensor *tensor, char *text, size_t size)
{
    text_writer writer = {.text = text, .size = size};
    const size_t count = dn_tensor_count(tensor);
    writer.summarise = count > THRESHOLD;
    put(&writer, prefix);
    if (count == 0) {
        put(&writer, "[]");
    } else {
        choose_form(&writer, tensor);
        if (tensor->shape.rank == 0)
            put_number(&writer, *tensor->data);
        else
            put_axis(&writer, tensor, 0, tensor->data, sizeof prefix - 1);
    }
    put_shape(&writer, tensor->shape);
    put(&writer, ")");
    if (size != 0)
        text[writer.length < size ? writer.length : size - 1] = '\0';
    return writer.length;
}
