#include "digitnet/tensor/format.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/** As torch.set_printoptions: digits after the point, and when and how a long axis is cut. */
#define PRECISION 4
#define THRESHOLD 1000
#define EDGE_ITEMS 3
#define LINE_WIDTH 80
#define NUMBER_SIZE 64
static const char prefix[] = "tensor(";

/** Where the text goes, and how every number in it looks. */
typedef struct text_writer {
    char *text;
    size_t size;
    size_t length; /**< of the whole text, also beyond size */
    bool summarise;
    bool integral;   /**< all numbers are whole: "3." */
    bool scientific; /**< "3.0000e+10" */
    int width;       /**< of the widest number */
} text_writer;

static void put(text_writer *writer, const char *text)
{
    for (; *text != '\0'; text++) {
        if (writer->length + 1 < writer->size)
            writer->text[writer->length] = *text;
        writer->length++;
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
        return snprintf(text, NUMBER_SIZE, "%.*e", PRECISION, (double)value);
    if (writer->integral)
        return snprintf(text, NUMBER_SIZE, "%.0f.", (double)value);
    return snprintf(text, NUMBER_SIZE, "%.*f", PRECISION, (double)value);
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
    float smallest;
    float largest;
} range;

static void see_range(text_writer *writer, float value, void *state)
{
    range *seen = state;
    if (!isfinite(value) || value == 0.0F)
        return;
    const float size = fabsf(value);
    writer->integral = writer->integral && truncf(value) == value;
    seen->smallest = !seen->any || size < seen->smallest ? size : seen->smallest;
    seen->largest = !seen->any || size > seen->largest ? size : seen->largest;
    seen->any = true;
}

static void see_width(text_writer *writer, float value, void *state)
{
    (void)state;
    char text[NUMBER_SIZE];
    const int width = number_text(writer, value, text);
    writer->width = width > writer->width ? width : writer->width;
}

/** Choose one form for all numbers, by the rules of torch's formatter. */
static void choose_form(text_writer *writer, const dn_tensor *tensor)
{
    range seen = {false, 0.0F, 0.0F};
    writer->integral = true;
    visit(writer, tensor, 0, tensor->data, see_range, &seen);
    writer->scientific = seen.any && (seen.largest / seen.smallest > 1000.0F || seen.largest > 1e8F ||
                                      (!writer->integral && seen.smallest < 1e-4F));
    visit(writer, tensor, 0, tensor->data, see_width, NULL);
}

static void put_number(text_writer *writer, float value)
{
    char text[NUMBER_SIZE];
    const int length = number_text(writer, value, text);
    put_spaces(writer, (size_t)(writer->width - length));
    put(writer, text);
}

/** One row of numbers, broken into lines that fit LINE_WIDTH. */
static void put_vector(text_writer *writer, const dn_tensor *tensor, const float *data, size_t indent)
{
    const size_t axis = tensor->shape.rank - 1;
    const size_t extent = tensor->shape.extent[axis];
    const size_t room = LINE_WIDTH - indent;
    const size_t fit = room / (size_t)(writer->width + 2);
    const size_t per_line = fit > 0 ? fit : 1;
    size_t shown = 0;
    put(writer, "[");
    for (size_t i = 0; i < extent; i = next_shown(writer, i, extent), shown++) {
        if (shown != 0)
            put(writer, ",");
        if (shown != 0 && shown % per_line == 0) {
            put(writer, "\n");
            put_spaces(writer, indent + 1);
        } else if (shown != 0) {
            put(writer, " ");
        }
        put_number(writer, data[(ptrdiff_t)i * tensor->stride[axis]]);
        if (next_shown(writer, i, extent) != i + 1)
            put(writer, ",  ...");
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

size_t dn_tensor_format(const dn_tensor *tensor, char *text, size_t size)
{
    char shape[DN_SHAPE_TEXT_SIZE];
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
    put(&writer, ", shape=");
    put(&writer, dn_shape_text(tensor->shape, shape));
    put(&writer, ")");
    if (size != 0)
        text[writer.length < size ? writer.length : size - 1] = '\0';
    return writer.length;
}
