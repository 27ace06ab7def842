/** The report: report.html with what was measured in its hole, as JSON. The page draws it. */
#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"
#include "data/dataset.h"
#include "export/net.h"
#include "export/report_html.h"
#include "nn/model.h"
#include "train/calibration.h"

#include "digitnet/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char hole[] = "{{REPORT}}";

#define TOP 3
/** Mistakes in the list of the worst, and images of one pair of label and answer. */
#define WORST 30
#define OF_A_PAIR 24
/** Bytes of text for the pictures, and for the lines of all logs: with the page and the weights they stay below 1.5 MB. */
#define PICTURE_BUDGET ((size_t)900 * 1000)
#define LOG_BUDGET ((size_t)200 * 1000)
/** Hidden units whose weights are shown. */
#define UNITS 64
/** A weight of 0, as a byte; those of the largest magnitude are 1 and 255. */
#define NO_WEIGHT 128
#define LARGEST_WEIGHT 127.0F

/** A report while it is made. */
typedef struct report {
    const dn_report_subject *subject;
    dn_text text;
    dn_metrics metrics;
    dn_mistake *outcomes; /**< of every image, in their order; then sorted, the highest loss first */
    uint8_t *ranks;       /**< of each sorted outcome: how many of its pair come before it, up to OF_A_PAIR */
} report;

/* ---- Pictures ---- */

/** A run of zeros is a 0 and how many more follow: four fifths of an image are zero. Hands back the number of bytes. */
static size_t pack(const uint8_t *pixels, uint8_t packed[2 * DN_DIGIT_PIXELS])
{
    size_t size = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        packed[size++] = pixels[i];
        if (pixels[i] != 0)
            continue;
        size_t more = 0;
        while (more < UINT8_MAX && i + 1 < DN_DIGIT_PIXELS && pixels[i + 1] == 0) {
            more++;
            i++;
        }
        packed[size++] = (uint8_t)more;
    }
    return size;
}

/** [index, label, answer, probability, label's probability, loss, pixels] */
static void put_picture(report *made, const dn_mistake *outcome)
{
    const dn_report_subject *subject = made->subject;
    const dn_selection *places = subject->places;
    uint8_t packed[2 * DN_DIGIT_PIXELS];
    const size_t size = pack(dn_dataset_image(subject->images, outcome->index), packed);
    dn_text *text = &made->text;
    dn_text_begin(text, NULL, '[');
    dn_text_count(text, NULL,
                  places && places->count != 0 ? places->indices[outcome->index] : outcome->index);
    dn_text_count(text, NULL, outcome->label);
    dn_text_count(text, NULL, outcome->prediction);
    dn_text_fixed(text, NULL, (double)outcome->probability, 4);
    dn_text_fixed(text, NULL, (double)outcome->label_probability, 4);
    dn_text_fixed(text, NULL, (double)outcome->loss, 4);
    dn_text_bytes(text, NULL, packed, size);
    dn_text_end(text, ']');
}

/** The highest loss first; of equals the first. */
static int compare_losses(const void *a, const void *b)
{
    const dn_mistake *one = a;
    const dn_mistake *other = b;
    if (one->loss > other->loss || one->loss < other->loss)
        return one->loss > other->loss ? -1 : 1;
    return (one->index > other->index) - (one->index < other->index);
}

/** Sort the outcomes and rank each among those of its label and answer. */
static dn_status rank_outcomes(report *made, dn_error *error)
{
    size_t seen[DN_DIGIT_CLASSES][DN_DIGIT_CLASSES] = {{0}};
    const size_t count = made->subject->images->count;
    made->ranks = dn_allocate(count, 1, error);
    if (!made->ranks)
        return DN_ERR_MEMORY;
    qsort(made->outcomes, count, sizeof *made->outcomes, compare_losses);
    for (size_t i = 0; i < count; i++) {
        size_t *before = &seen[made->outcomes[i].label][made->outcomes[i].prediction];
        made->ranks[i] = (uint8_t)*before;
        *before += *before < OF_A_PAIR;
    }
    return DN_OK;
}

/** The worst mistakes, then the first of each pair, the second of each pair and so on, as long as there is room. */
static void put_pictures(report *made)
{
    const size_t count = made->subject->images->count;
    const size_t most = made->text.size + PICTURE_BUDGET;
    size_t worst = 0;
    dn_text_begin(&made->text, "pictures", '[');
    for (size_t i = 0; i < count && worst < WORST; i++) {
        if (made->outcomes[i].label == made->outcomes[i].prediction)
            continue;
        put_picture(made, &made->outcomes[i]);
        made->ranks[i] = OF_A_PAIR;
        worst++;
    }
    for (uint8_t rank = 0; rank < OF_A_PAIR; rank++)
        for (size_t i = 0; i < count && made->text.size < most; i++)
            if (made->ranks[i] == rank)
                put_picture(made, &made->outcomes[i]);
    dn_text_end(&made->text, ']');
    dn_text_count(&made->text, "worst", worst);
}

/* ---- Numbers ---- */

static void put_metrics(report *made)
{
    const dn_metrics *metrics = &made->metrics;
    dn_text *text = &made->text;
    dn_text_count(text, "images", metrics->count);
    dn_text_count(text, "errors", metrics->count - metrics->correct);
    dn_text_percent(text, "accuracy", dn_metrics_accuracy(metrics));
    dn_text_fixed(text, "uncertainty", 100.0 * dn_metrics_uncertainty(metrics), 2);
    dn_text_percent(text, "error", dn_metrics_error(metrics));
    if (metrics->classes > TOP)
        dn_text_percent(text, "top", dn_metrics_top(metrics, TOP));
    dn_text_fixed(text, "loss", metrics->loss, 4);
    dn_text_fixed(text, "l1", metrics->l1, 4);
    dn_text_fixed(text, "rmse", metrics->rmse, 4);
}

static void put_digits(report *made)
{
    const dn_metrics *metrics = &made->metrics;
    dn_text *text = &made->text;
    dn_text_begin(text, "digits", '[');
    for (size_t i = 0; i < metrics->classes; i++) {
        dn_text_begin(text, NULL, '{');
        dn_text_count(text, "digit", made->subject->classifier->classes.digit[i]);
        dn_text_percent(text, "precision", dn_metrics_precision(metrics, i));
        dn_text_percent(text, "recall", dn_metrics_recall(metrics, i));
        dn_text_begin(text, "taken", '[');
        for (size_t k = 0; k < metrics->classes; k++)
            dn_text_count(text, NULL, metrics->confusion[i][k]);
        dn_text_end(text, ']');
        dn_text_end(text, '}');
    }
    dn_text_end(text, ']');
}

static dn_status put_trust(report *made, dn_error *error)
{
    const size_t count = made->subject->images->count;
    const dn_calibration calibration = dn_calibration_measure(made->outcomes, count);
    dn_reject_point points[DN_REJECT_POINTS];
    dn_text *text = &made->text;
    DN_TRY(dn_reject_curve(made->outcomes, count, points, error));
    dn_text_percent(text, "calibration_error", calibration.error);
    dn_text_begin(text, "bins", '[');
    for (size_t i = 0; i < DN_CALIBRATION_BINS; i++) {
        dn_text_begin(text, NULL, '[');
        dn_text_count(text, NULL, calibration.bins[i].count);
        dn_text_count(text, NULL, calibration.bins[i].correct);
        dn_text_number(text, NULL, calibration.bins[i].confidence);
        dn_text_end(text, ']');
    }
    dn_text_end(text, ']');
    dn_text_begin(text, "rejects", '[');
    for (size_t i = 0; i < DN_REJECT_POINTS; i++) {
        dn_text_begin(text, NULL, '[');
        dn_text_count(text, NULL, points[i].rejected);
        dn_text_count(text, NULL, points[i].errors);
        dn_text_number(text, NULL, (double)points[i].probability);
        dn_text_end(text, ']');
    }
    dn_text_end(text, ']');
    return DN_OK;
}

/* ---- Weights ---- */

/** The length of a row, or of a column, of a matrix. */
static double length_of(const dn_tensor *matrix, int axis, size_t place)
{
    const size_t count = matrix->shape.extent[1 - axis];
    const float *values = matrix->data + (ptrdiff_t)place * matrix->stride[axis];
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double value = (double)values[(ptrdiff_t)i * matrix->stride[1 - axis]];
        sum += value * value;
    }
    return sqrt(sum);
}

/** The largest element of a column, by its row. */
static size_t loudest(const dn_tensor *matrix, size_t column)
{
    size_t best = 0;
    const float *values = matrix->data + (ptrdiff_t)column * matrix->stride[1];
    for (size_t i = 1; i < matrix->shape.extent[0]; i++)
        best =
            values[(ptrdiff_t)i * matrix->stride[0]] > values[(ptrdiff_t)best * matrix->stride[0]] ? i : best;
    return best;
}

/** One row of 784 weights, scaled to its largest magnitude; digit is what it speaks for, or NULL. */
static void put_unit(dn_text *text, const dn_tensor *rows, size_t row, const uint8_t *digit)
{
    const float *weights = rows->data + (ptrdiff_t)row * rows->stride[0];
    uint8_t bytes[DN_DIGIT_PIXELS];
    float largest = 0.0F;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        largest = fmaxf(largest, fabsf(weights[(ptrdiff_t)i * rows->stride[1]]));
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        const float share = largest > 0.0F ? weights[(ptrdiff_t)i * rows->stride[1]] / largest : 0.0F;
        bytes[i] = (uint8_t)dn_size_from((double)(share * LARGEST_WEIGHT) + NO_WEIGHT + 0.5, UINT8_MAX);
    }
    dn_text_begin(text, NULL, '[');
    dn_text_count(text, NULL, row);
    if (digit)
        dn_text_count(text, NULL, *digit);
    else
        dn_text_member(text, NULL, "");
    dn_text_bytes(text, NULL, bytes, sizeof bytes);
    dn_text_end(text, ']');
}

/** A hidden unit, and how much it can do: the length of its incoming weights times that of its outgoing ones. */
typedef struct unit {
    size_t row;
    double strength;
} unit;

static int compare_strengths(const void *a, const void *b)
{
    const unit *one = a;
    const unit *other = b;
    if (one->strength > other->strength || one->strength < other->strength)
        return one->strength > other->strength ? -1 : 1;
    return (one->row > other->row) - (one->row < other->row);
}

/** The strongest of the hidden units whose weights are in [units, 784] and out [next, units]. */
static dn_status put_hidden_units(report *made, const dn_tensor *in, const dn_tensor *out, dn_error *error)
{
    const dn_classes *classes = &made->subject->classifier->classes;
    const size_t count = in->shape.extent[0];
    const bool speaks_for_digits = out->shape.extent[0] == classes->count;
    unit *units = dn_allocate(count, sizeof *units, error);
    if (!units)
        return DN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        units[i] = (unit){i, length_of(in, 0, i) * length_of(out, 1, i)};
    qsort(units, count, sizeof *units, compare_strengths);
    for (size_t i = 0; i < count && i < UNITS; i++)
        put_unit(&made->text, in, units[i].row,
                 speaks_for_digits ? &classes->digit[loudest(out, units[i].row)] : NULL);
    dn_release(units);
    return DN_OK;
}

/** A row for each class: the weights of a net without a hidden layer, or the mean images. */
static void put_classes(report *made, const dn_tensor *rows)
{
    for (size_t i = 0; i < rows->shape.extent[0]; i++)
        put_unit(&made->text, rows, i, &made->subject->classifier->classes.digit[i]);
}

static dn_status put_units(report *made, dn_error *error)
{
    dn_model *model = made->subject->classifier->model;
    const bool has_hidden = model && dn_model_layers(model) > 1;
    dn_tensor first = {0};
    dn_tensor second = {0};
    dn_status status = DN_OK;
    if (model)
        DN_TRY(dn_model_weight(model, 0, &first, error));
    if (has_hidden)
        status = dn_model_weight(model, 1, &second, error);
    dn_text_flag(&made->text, "hidden", has_hidden);
    dn_text_begin(&made->text, "units", '[');
    if (!has_hidden)
        put_classes(made, model ? &first : &made->subject->classifier->mean.images);
    else if (status == DN_OK)
        status = put_hidden_units(made, &first, &second, error);
    dn_text_end(&made->text, ']');
    dn_tensor_free(&first);
    dn_tensor_free(&second);
    return status;
}

/* ---- How it was made ---- */

static void put_facts(report *made)
{
    const dn_report_subject *subject = made->subject;
    char architecture[DN_ARCHITECTURE_SIZE];
    dn_text *text = &made->text;
    dn_text_member(text, "version", dn_version());
    dn_text_member(text, "model", subject->model);
    dn_text_member(text, "data", subject->data);
    dn_text_member(text, "sha256", subject->model_sha256 ? subject->model_sha256 : "");
    dn_text_member(text, "architecture", dn_classifier_architecture(subject->classifier, architecture));
    dn_text_count(text, "parameters",
                  subject->classifier->model ? dn_model_parameter_count(subject->classifier->model) : 0);
    dn_text_metadata(text, "facts", subject->about);
}

static size_t count_lines(const dn_bytes *lines)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->size; i++)
        count += lines->data[i] == '\n';
    return count;
}

/** Every n-th line of a log, and the last, each a string: n so that they fit into the budget. */
static void put_log(dn_text *text, const dn_report_log *log, size_t budget)
{
    const size_t count = count_lines(&log->lines);
    const size_t step = log->lines.size / budget + 1;
    const uint8_t *line = log->lines.data;
    dn_text_begin(text, NULL, '{');
    dn_text_member(text, "name", log->name);
    dn_text_count(text, "epochs", count);
    dn_text_begin(text, "lines", '[');
    for (size_t i = 0; i < count; i++) {
        const uint8_t *end = memchr(line, '\n', log->lines.size - (size_t)(line - log->lines.data));
        if (i % step == step - 1 || i == 0 || i + 1 == count)
            dn_text_quoted(text, (const char *)line, (size_t)(end - line));
        line = end + 1;
    }
    dn_text_end(text, ']');
    dn_text_end(text, '}');
}

static void put_logs(report *made)
{
    const dn_report_subject *subject = made->subject;
    dn_text_begin(&made->text, "logs", '[');
    for (size_t i = 0; i < subject->log_count; i++)
        put_log(&made->text, &subject->logs[i], LOG_BUDGET / subject->log_count);
    dn_text_end(&made->text, ']');
}

/* ---- All of it ---- */

static dn_status measure(report *made, dn_error *error)
{
    const dn_report_subject *subject = made->subject;
    dn_dataloader *loader;
    DN_TRY(dn_dataloader_new(&loader, subject->images, NULL, DN_MEASURE_BATCH, error));
    made->outcomes = dn_allocate(subject->images->count, sizeof *made->outcomes, error);
    dn_status status = made->outcomes ? DN_OK : DN_ERR_MEMORY;
    if (status == DN_OK)
        status = dn_outcomes_collect(subject->context, subject->classifier, loader, 1, &made->metrics,
                                     made->outcomes, error);
    dn_dataloader_free(loader);
    return status;
}

static dn_status write(report *made, dn_error *error)
{
    if (made->subject->log_count > DN_REPORT_MAX_LOGS)
        return dn_fail(error, DN_ERR_ARGUMENT, "give fewer", "%zu logs, at most %d expected",
                       made->subject->log_count, DN_REPORT_MAX_LOGS);
    DN_TRY(measure(made, error));
    dn_text_before(&made->text, report_html, sizeof report_html, hole);
    dn_text_begin(&made->text, NULL, '{');
    put_facts(made);
    put_metrics(made);
    put_digits(made);
    DN_TRY(put_trust(made, error));
    DN_TRY(rank_outcomes(made, error));
    put_pictures(made);
    DN_TRY(put_units(made, error));
    put_logs(made);
    dn_text_end(&made->text, '}');
    dn_text_behind(&made->text, report_html, sizeof report_html, hole);
    dn_seal_put(&made->text, DN_SEAL_HTML);
    return DN_OK;
}

dn_status dn_report(const dn_report_subject *subject, dn_bytes *bytes, dn_error *error)
{
    report made = {.subject = subject, .text = {.error = error}};
    *bytes = (dn_bytes){0};
    dn_status status = write(&made, error);
    if (status == DN_OK)
        status = dn_text_take(&made.text, bytes);
    dn_text_free(&made.text);
    dn_release(made.outcomes);
    dn_release(made.ranks);
    return status;
}
