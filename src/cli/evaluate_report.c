#include "cli/evaluate_report.h"

#include "cli/draw.h"
#include "cli/say.h"
#include "cli/train_report.h"
#include "core/platform.h"
#include "core/size.h"
#include "data/dataset.h"
#include "io/json_line.h"

#include <math.h>
#include <stdio.h>

/** Rank down to which a label counts for the top-N accuracy. */
#define TOP 3
#define PERCENT_SIZE 16
#define CAPTION_SIZE 64

const double evaluate_error_rates[EVALUATE_REJECTS] = {0.01, 0.005, 0.001};

static size_t count_images(const dn_metrics *metrics, size_t label)
{
    size_t sum = 0;
    for (size_t i = 0; i < metrics->classes; i++)
        sum += metrics->confusion[label][i];
    return sum;
}

static size_t count_errors(const dn_metrics *metrics, size_t label)
{
    return count_images(metrics, label) - metrics->confusion[label][label];
}

/** "98.05 %", or "-" where there is nothing to take a share of. */
static const char *percent(double share, char text[PERCENT_SIZE])
{
    if (isnan(share))
        return "-";
    snprintf(text, PERCENT_SIZE, "%.2f %%", 100.0 * share);
    return text;
}

/** The class that a label is most often mistaken for; the label itself when it never is. */
static size_t worst_confusion(const dn_metrics *metrics, size_t label)
{
    const size_t *predictions = metrics->confusion[label];
    size_t worst = label;
    for (size_t i = 0; i < metrics->classes; i++) {
        const bool more = worst == label ? predictions[i] != 0 : predictions[i] > predictions[worst];
        if (i != label && more)
            worst = i;
    }
    return worst;
}

/** A line for each set, where there are several. */
static void print_sets(const evaluation *result)
{
    char path[CLI_PATH_TEXT_SIZE];
    char accuracy[CLI_ACCURACY_SIZE];
    for (size_t i = 0; i < result->set_count && result->set_count > 1; i++) {
        const evaluated_set *set = &result->sets[i];
        const dn_metrics metrics = {.count = set->images, .correct = set->images - set->errors};
        printf("%s: accuracy %s\n", cli_path_text(set->data, path), cli_accuracy_text(&metrics, accuracy));
    }
}

static void print_classes(const evaluation *result)
{
    const dn_metrics *metrics = &result->metrics;
    printf("\n%-7s%8s%8s%12s%12s   %s\n", "digit", "images", "errors", "precision", "recall",
           "most often taken for");
    for (size_t label = 0; label < metrics->classes; label++) {
        char precision[PERCENT_SIZE];
        char recall[PERCENT_SIZE];
        printf("%-7d%8zu%8zu%12s%12s", result->classes.digit[label], count_images(metrics, label),
               count_errors(metrics, label), percent(dn_metrics_precision(metrics, label), precision),
               percent(dn_metrics_recall(metrics, label), recall));
        const size_t worst = worst_confusion(metrics, label);
        if (worst != label)
            printf("   %d (%zu times)", result->classes.digit[worst], metrics->confusion[label][worst]);
        putchar('\n');
    }
}

static void print_confusion(const evaluation *result)
{
    const dn_metrics *metrics = &result->metrics;
    printf("\nconfusion: a row is a digit, a column what it was taken for\n     ");
    for (size_t i = 0; i < metrics->classes; i++)
        printf("%7d", result->classes.digit[i]);
    for (size_t label = 0; label < metrics->classes; label++) {
        printf("\n%-5d", result->classes.digit[label]);
        for (size_t i = 0; i < metrics->classes; i++)
            printf("%7zu", metrics->confusion[label][i]);
    }
    putchar('\n');
}

/** Where an image stands in its file. */
static size_t place_of(const evaluation *result, size_t index)
{
    return result->places.count != 0 ? result->places.indices[index] : index;
}

static void print_worst(const evaluation *result)
{
    if (result->worst_count == 0)
        return;
    printf("\nworst mistakes, the highest loss first\n%8s%7s%11s%13s%9s\n", "image", "digit", "taken for",
           "probability", "loss");
    for (size_t i = 0; i < result->worst_count; i++) {
        const dn_mistake *mistake = &result->worst[i];
        printf("%8zu%7d%11d%13.4f%9.4f\n", place_of(result, mistake->index),
               result->classes.digit[mistake->label], result->classes.digit[mistake->prediction],
               (double)mistake->probability, (double)mistake->loss);
    }
}

/** The same mistakes as pictures, as many side by side as the terminal is wide. */
static void draw_worst(const evaluation *result)
{
    enum { GROUP = 32 };
    char text[GROUP][CAPTION_SIZE];
    const char *captions[GROUP];
    uint8_t pictures[GROUP][DN_DIGIT_PIXELS];
    const size_t columns = dn_platform_terminal_width(stdout);
    const size_t fit = cli_draw_fit(DN_DIGIT_SIDE, columns);
    const size_t group = dn_smaller(fit, GROUP);
    for (size_t done = 0; done < result->worst_count; done += group) {
        const size_t left = result->worst_count - done;
        const size_t now = dn_smaller(left, group);
        for (size_t i = 0; i < now; i++) {
            const dn_mistake *mistake = &result->worst[done + i];
            const uint8_t *image = dn_dataset_image(&result->images, mistake->index);
            for (size_t pixel = 0; pixel < DN_DIGIT_PIXELS; pixel++)
                pictures[i][pixel] = image[pixel];
            snprintf(text[i], CAPTION_SIZE, "%zu: %d taken for %d", place_of(result, mistake->index),
                     result->classes.digit[mistake->label], result->classes.digit[mistake->prediction]);
            captions[i] = text[i];
        }
        putchar('\n');
        cli_draw(stdout, pictures[0], now, DN_DIGIT_SIDE, DN_DIGIT_SIDE, captions, columns);
    }
}

static void print_rejects(const evaluation *result)
{
    const size_t count = result->metrics.count;
    char share[PERCENT_SIZE];
    if (!result->rejecting)
        return;
    printf("\nleast probable answers to reject\n%20s%10s%12s\n", "errors among the rest", "answers",
           "of all");
    for (size_t i = 0; i < EVALUATE_REJECTS; i++)
        printf("%19.1f %%%11zu%12s\n", 100.0 * evaluate_error_rates[i], result->rejected[i],
               percent((double)result->rejected[i] / (double)count, share));
}

void evaluate_report_text(const evaluation *result)
{
    const dn_metrics *metrics = &result->metrics;
    char accuracy[CLI_ACCURACY_SIZE];
    char error[PERCENT_SIZE];
    char top[PERCENT_SIZE];
    char calibration[PERCENT_SIZE];
    printf("accuracy %s, loss %.4f\n", cli_accuracy_text(metrics, accuracy), metrics->loss);
    printf("error %s", percent(dn_metrics_error(metrics), error));
    if (metrics->classes > TOP)
        printf(", top-%d accuracy %s", TOP, percent(dn_metrics_top(metrics, TOP), top));
    printf(", L1 %.4f, RMSE %.4f, calibration error %s\n", metrics->l1, metrics->rmse,
           percent(result->calibration_error, calibration));
    print_sets(result);
    print_classes(result);
    print_confusion(result);
    print_rejects(result);
    print_worst(result);
    draw_worst(result);
}

static void add_classes(json_line *line, const evaluation *result)
{
    const dn_metrics *metrics = &result->metrics;
    json_line_begin(line, "digits", '[');
    for (size_t label = 0; label < metrics->classes; label++) {
        json_line_begin(line, NULL, '{');
        json_line_count(line, "digit", result->classes.digit[label]);
        json_line_count(line, "images", count_images(metrics, label));
        json_line_count(line, "errors", count_errors(metrics, label));
        json_line_number(line, "precision", dn_metrics_precision(metrics, label));
        json_line_number(line, "recall", dn_metrics_recall(metrics, label));
        json_line_end(line, '}');
    }
    json_line_end(line, ']');
}

static void add_sets(json_line *line, const evaluation *result)
{
    json_line_begin(line, "sets", '[');
    for (size_t i = 0; i < result->set_count; i++) {
        const evaluated_set *set = &result->sets[i];
        json_line_begin(line, NULL, '{');
        json_line_text(line, "data", set->data);
        json_line_count(line, "images", set->images);
        json_line_count(line, "test_errors", set->errors);
        json_line_number(
            line, "test_accuracy",
            dn_metrics_accuracy(&(dn_metrics){.count = set->images, .correct = set->images - set->errors}));
        json_line_end(line, '}');
    }
    json_line_end(line, ']');
}

static void add_worst(json_line *line, const evaluation *result)
{
    json_line_begin(line, "worst", '[');
    for (size_t i = 0; i < result->worst_count; i++) {
        const dn_mistake *mistake = &result->worst[i];
        json_line_begin(line, NULL, '{');
        json_line_count(line, "index", place_of(result, mistake->index));
        json_line_count(line, "label", result->classes.digit[mistake->label]);
        json_line_count(line, "digit", result->classes.digit[mistake->prediction]);
        json_line_number(line, "probability", (double)mistake->probability);
        json_line_number(line, "label_probability", (double)mistake->label_probability);
        json_line_number(line, "loss", (double)mistake->loss);
        json_line_end(line, '}');
    }
    json_line_end(line, ']');
}

void evaluate_report_json(const evaluation *result)
{
    const dn_metrics *metrics = &result->metrics;
    json_line line = json_line_open(stdout);
    json_line_text(&line, "model", result->model);
    json_line_text(&line, "data", result->data);
    json_line_count(&line, "images", metrics->count);
    json_line_count(&line, "views", result->views);
    json_line_count(&line, "test_errors", metrics->count - metrics->correct);
    json_line_number(&line, "test_accuracy", dn_metrics_accuracy(metrics));
    json_line_number(&line, "test_uncertainty", dn_metrics_uncertainty(metrics));
    json_line_number(&line, "test_error", dn_metrics_error(metrics));
    json_line_number(&line, "test_top3_accuracy", dn_metrics_top(metrics, TOP));
    json_line_number(&line, "test_loss", metrics->loss);
    json_line_number(&line, "test_l1", metrics->l1);
    json_line_number(&line, "test_rmse", metrics->rmse);
    json_line_number(&line, "calibration_error", result->calibration_error);
    if (result->rejecting)
        json_line_counts(&line, "rejected", result->rejected, EVALUATE_REJECTS);
    if (result->set_count > 1)
        add_sets(&line, result);
    add_classes(&line, result);
    if (result->worst)
        add_worst(&line, result);
    json_line_begin(&line, "confusion", '[');
    for (size_t label = 0; label < metrics->classes; label++)
        json_line_counts(&line, NULL, metrics->confusion[label], metrics->classes);
    json_line_end(&line, ']');
    json_line_close(&line);
}
