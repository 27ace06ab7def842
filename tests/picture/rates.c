/**
 * How well pictures are read, by kind: picture_rates WHAT FIRST_SEED LAST_SEED COUNT [FAILURES]
 *
 * WHAT      digits, worse, none, two, rows, pages, mnist, difficult, or the name of a kind of tests/support/scenes.h; or usps, optdigits or
 *           sudoku, which are read from $DIGITNET_HANDWRITING (COUNT 0: even pictures, 1: odd ones, 2: all); or views: the errors in 1 to 16
 *           views among the COUNT training images that train --seed FIRST_SEED --valid COUNT held out from the net in $DIGITNET_MODEL
 * FAILURES  a folder: what is read wrongly is written there as PGM or PPM, with the 28 x 28 that the net saw.
 */
#include "difficult.h"
#include "picture.h"
#include "scenes.h"

#include "core/random.h"
#include "data/dataset.h"
#include "io/picture.h"
#include "picture/hypothesis.h"

#include "digitnet/io.h"
#include "digitnet/train.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static dn_error error;
static dn_classifier net;
static dn_context *context;
static dn_dataset digits;
static const char *failures;

/** What became of pictures of one kind. */
typedef struct tally {
    size_t count, read, wrong, unsure, several, none;
} tally;

static void write_picture(const char *path, const dn_picture *picture)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fprintf(file, "P%d\n%zu %zu\n255\n", picture->channels == 3 ? 6 : 5, picture->width, picture->height);
    for (size_t i = 0; i < picture->height * picture->width * picture->channels; i++)
        fputc((picture->samples[i] + 128) / 257, file);
    fclose(file);
}

/** What is seen when ink is dark, and when it is bright. */
static void print_evidence(const dn_picture *picture)
{
    dn_hypothesis hypotheses[DN_POLARITIES];
    assert_ok(dn_hypotheses_make(picture, hypotheses, &error));
    for (size_t i = 0; i < DN_POLARITIES; i++) {
        if (hypotheses[i].count == 0)
            continue;
        const dn_candidate *main = &hypotheses[i].candidates[hypotheses[i].main];
        const dn_evidence *e = &main->evidence;
        printf("    %s: %zu candidates, %zu x %zu at %zu, %zu; contrast %.2f extent %.2f stroke %.3f "
               "swelling %.2f border %.2f "
               "taken %.2f share %.2f unevenness %.2f clarity %.2f edge %.2f flatness %.2f: score %.2f\n",
               hypotheses[i].dark ? "dark" : "bright", hypotheses[i].count, main->box.width, main->box.height,
               main->box.x, main->box.y, (double)e->contrast, (double)e->extent, (double)e->stroke,
               (double)e->swelling, (double)e->border, (double)e->taken, (double)e->share,
               (double)e->unevenness, (double)e->clarity, (double)e->edge, (double)e->flatness,
               (double)dn_evidence_score(e));
    }
    dn_hypotheses_free(hypotheses);
}

static void save_failure(const char *name, size_t index, const dn_picture *picture, unsigned label,
                         const dn_answer *answer)
{
    static const char *const verdicts[] = {"sure", "unsure", "several", "none"};
    char path[1024];
    printf("  %s %zu: %u read as %zu, %s, %.3f, agreement %.2f\n", name, index, label, answer->ranking[0],
           verdicts[answer->verdict], (double)answer->probability[answer->ranking[0]],
           (double)answer->agreement);
    print_evidence(picture);
    if (!failures)
        return;
    snprintf(path, sizeof path, "%s/%s_%04zu_%u.pnm", failures, name, index, label);
    write_picture(path, picture);
    snprintf(path, sizeof path, "%s/%s_%04zu_%u.28.pnm", failures, name, index, label);
    uint16_t samples[DN_DIGIT_PIXELS];
    dn_picture_widen(answer->pixels, DN_DIGIT_PIXELS, samples);
    write_picture(path, &(dn_picture){DN_DIGIT_SIDE, DN_DIGIT_SIDE, 1, samples, "PNM"});
}

/** Read one picture of one digit (label below 10), of none (10) or of several (11). */
static void read_picture(tally *t, const char *name, size_t index, const dn_picture *picture, unsigned label)
{
    dn_answer answer;
    assert_ok(dn_answer_picture(context, &net, picture, DN_PICTURE_VIEWS, &answer, &error));
    const bool right = label < DN_DIGIT_CLASSES
                           ? answer.verdict != DN_VERDICT_NONE && answer.ranking[0] == label
                       : label == DN_DIGIT_CLASSES ? answer.verdict == DN_VERDICT_NONE
                                                   : answer.verdict == DN_VERDICT_SEVERAL;
    t->count++;
    t->read += right;
    t->wrong += !right && answer.verdict == DN_VERDICT_DIGIT;
    t->unsure += answer.verdict == DN_VERDICT_UNSURE;
    t->several += answer.verdict == DN_VERDICT_SEVERAL;
    t->none += answer.verdict == DN_VERDICT_NONE;
    if (!right || getenv("EVERY"))
        save_failure(name, index, picture, label, &answer);
}

/** The same of a picture that was made, which is freed. */
static void read_one(tally *t, const char *name, size_t index, dn_tensor made, unsigned label)
{
    dn_picture picture = picture_of(&made);
    read_picture(t, name, index, &picture, label);
    dn_picture_free(&picture);
    dn_tensor_free(&made);
}

static void print_tally(const char *name, const tally *t)
{
    printf(
        "%-20s %5zu of %5zu read (%.2f %%), %3zu wrong without a note; unsure %zu, several %zu, none %zu\n",
        name, t->read, t->count, 100.0 * (double)t->read / (double)(t->count ? t->count : 1), t->wrong,
        t->unsure, t->several, t->none);
}

static void add(tally *sum, const tally *t)
{
    sum->count += t->count;
    sum->read += t->read;
    sum->wrong += t->wrong;
    sum->unsure += t->unsure;
    sum->several += t->several;
    sum->none += t->none;
}

typedef struct span {
    uint64_t first, last;
    size_t count;
} span;

static void rate_digits(span seeds, const char *only, bool worse)
{
    tally all = {0};
    for (scene_kind kind = 0; kind < SCENE_KINDS; kind++) {
        tally t = {0};
        if (only && strcmp(only, scene_names[kind]) != 0)
            continue;
        for (uint64_t seed = seeds.first; seed <= seeds.last; seed++) {
            for (size_t i = 0; i < seeds.count; i++) {
                const scene made = scene_of_digit(kind, &digits, seed, i, worse);
                read_one(&t, scene_names[kind], (size_t)seed * 1000 + i, made.picture, made.labels[0]);
            }
        }
        print_tally(scene_names[kind], &t);
        add(&all, &t);
    }
    print_tally("all", &all);
}

static void rate_none(span seeds)
{
    tally all = {0};
    for (scene_kind kind = 0; kind < SCENE_KINDS; kind++) {
        tally t = {0};
        if (kind == SCENE_CIRCLE || kind == SCENE_THIN || kind == SCENE_TIGHT || kind == SCENE_SLANTED ||
            kind == SCENE_STRETCHED || kind == SCENE_COLOUR || kind == SCENE_MINUS)
            continue;
        for (uint64_t seed = seeds.first; seed <= seeds.last; seed++) {
            for (size_t i = 0; i < seeds.count; i++)
                read_one(&t, scene_names[kind], (size_t)seed * 1000 + i, scene_of_none(kind, seed, i).picture,
                         10);
        }
        print_tally(scene_names[kind], &t);
        add(&all, &t);
    }
    print_tally("all without a digit", &all);
}

static void rate_two(span seeds)
{
    static const char *const names[] = {"apart", "near", "touching"};
    for (scene_gap gap = 0; gap < SCENE_GAPS; gap++) {
        tally t = {0};
        for (uint64_t seed = seeds.first; seed <= seeds.last; seed++) {
            for (size_t i = 0; i < seeds.count; i++)
                read_one(&t, names[gap], (size_t)seed * 1000 + i, scene_of_two(gap, &digits, seed, i).picture,
                         11);
        }
        print_tally(names[gap], &t);
    }
}

/** How many digits stand at their place in the longest common sequence. */
static size_t in_order(const scene *made, const dn_page *page)
{
    size_t longest[SCENE_MOST_DIGITS + 1] = {0};
    for (size_t j = 0; j < page->count; j++) {
        size_t diagonal = 0;
        for (size_t i = 0; i < made->count; i++) {
            const size_t above = longest[i + 1];
            if (page->answers[j].ranking[0] == made->labels[i])
                longest[i + 1] = diagonal + 1 > above ? diagonal + 1 : above;
            else if (longest[i] > above)
                longest[i + 1] = longest[i];
            diagonal = above;
        }
    }
    return longest[made->count];
}

static void rate_rows(span seeds)
{
    for (int ruled = 0; ruled < 2; ruled++) {
        size_t count = 0;
        size_t read = 0;
        size_t more = 0;
        for (uint64_t seed = seeds.first; seed <= seeds.last; seed++) {
            for (size_t i = 0; i < seeds.count; i++) {
                dn_page page;
                scene made = scene_of_row(ruled, &digits, seed, i);
                dn_picture shown = picture_of(&made.picture);
                assert_ok(dn_answer_page(context, &net, &shown, DN_PICTURE_VIEWS, &page, &error));
                const size_t right = in_order(&made, &page);
                if (right < made.count) {
                    dn_answer none = {.verdict = DN_VERDICT_NONE};
                    printf("  %zu of %zu, found %zu\n", right, made.count, page.count);
                    save_failure(ruled ? "ruled row" : "row", (size_t)seed * 1000 + i, &shown, 12, &none);
                }
                count += made.count;
                read += right;
                more += page.count > made.count;
                dn_page_free(&page);
                dn_picture_free(&shown);
                dn_tensor_free(&made.picture);
            }
        }
        printf("%s rows: %zu of %zu digits read (%.2f %%), %zu rows with more\n", ruled ? "ruled" : "plain",
               read, count, 100.0 * (double)read / (double)count, more);
    }
}

static void rate_pages(span seeds)
{
    static const size_t extents[][2] = {{1200, 1600}, {3000, 4000}};
    for (size_t k = 0; k < 2; k++) {
        tally t = {0};
        for (uint64_t seed = seeds.first; seed <= seeds.last; seed++) {
            for (size_t i = 0; i < (k == 0 ? seeds.count : seeds.count / 2); i++) {
                const scene made = scene_of_page(extents[k][0], extents[k][1], &digits, seed, i);
                read_one(&t, "page", (size_t)seed * 1000 + i, made.picture, made.labels[0]);
            }
        }
        print_tally(k == 0 ? "1600 x 1200" : "4000 x 3000", &t);
    }
}

static void rate_difficult(span seeds)
{
    tally all = {0};
    for (difficult_kind kind = 0; kind < DIFFICULT_KINDS; kind++) {
        tally t = {0};
        dn_random random = dn_random_stream(seeds.first, DN_PURPOSE_TENSOR, (uint64_t)kind, 0);
        for (size_t i = 0; i < seeds.count; i++) {
            size_t number;
            do
                number = (size_t)dn_random_below(&random, digits.count);
            while (digits.labels[number] != i % DN_DIGIT_CLASSES);
            dn_tensor grey = difficult_picture(kind, dn_dataset_image(&digits, number), &random);
            read_one(&t, difficult_names[kind], i, grey, digits.labels[number]);
        }
        print_tally(difficult_names[kind], &t);
        add(&all, &t);
    }
    print_tally("all", &all);
}

static void rate_idx(const char *name, const uint8_t *images, const uint8_t *labels, size_t count,
                     size_t side, size_t half)
{
    tally t = {0};
    for (size_t i = half % 2; i < count; i += half < 2 ? 2 : 1) {
        dn_picture picture = {.height = side, .width = side, .channels = 1};
        assert_ok(dn_picture_allocate(&picture, &error));
        dn_picture_widen(images + i * side * side, side * side, picture.samples);
        read_picture(&t, name, i, &picture, labels[i]);
        dn_picture_free(&picture);
    }
    print_tally(name, &t);
}

/** The errors among images of a data set, answered as they are. */
static size_t count_errors(const dn_dataset *images, const dn_selection *selection, size_t views)
{
    dn_dataloader *loader;
    dn_metrics metrics;
    assert_ok(dn_dataloader_new(&loader, images, selection, DN_MEASURE_BATCH / views, &error));
    assert_ok(dn_outcomes_collect(context, &net, loader, views, &metrics, NULL, &error));
    dn_dataloader_free(loader);
    return metrics.count - metrics.correct;
}

static void rate_mnist(void)
{
    rate_idx("mnist", digits.images, digits.labels, digits.count, DN_DIGIT_SIDE, 2);
    printf("%-20s %5zu of %5zu read\n", "mnist, not prepared",
           digits.count - count_errors(&digits, NULL, DN_PICTURE_VIEWS), digits.count);
}

static void rate_views(span seeds)
{
    dn_dataset images;
    dn_selection train;
    dn_selection held_out;
    assert_ok(dn_dataset_load(mnist_folder_or_skip(), DN_DATA_TRAIN, &images, &error));
    assert_ok(dn_dataset_split(&images, seeds.count, seeds.first, &train, &held_out, &error));
    for (size_t views = 1; views <= DN_MOST_VIEWS; views++)
        printf("%2zu views: %zu of %zu held out are read wrongly\n", views,
               count_errors(&images, &held_out, views), held_out.count);
    dn_selection_free(&train);
    dn_selection_free(&held_out);
    dn_dataset_free(&images);
}

static void rate_handwriting(const char *name, const char *folder, size_t half)
{
    char path[1024];
    dn_idx images;
    dn_idx labels;
    const char *stem = strcmp(name, "usps") == 0 ? "usps-test" : "optdigits-original";
    snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte.gz", folder, stem);
    assert_ok(dn_idx_read(path, 3, &images, &error));
    snprintf(path, sizeof path, "%s/%s-labels-idx1-ubyte.gz", folder, stem);
    assert_ok(dn_idx_read(path, 1, &labels, &error));
    rate_idx(name, images.data, labels.data, labels.count, images.extent[1], half);
    dn_idx_free(&images);
    dn_idx_free(&labels);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void rate_sudoku(const char *folder, size_t half)
{
    char path[1024];
    static char *names[1000];
    size_t count = 0;
    tally t = {0};
    snprintf(path, sizeof path, "%s/sudoku-cells", folder);
    DIR *cells = opendir(path);
    assert_non_null(cells);
    for (struct dirent *entry; (entry = readdir(cells)) && count < 1000;)
        if (strstr(entry->d_name, ".ppm"))
            names[count++] = strdup(entry->d_name);
    closedir(cells);
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = half % 2; i < count; i += half < 2 ? 2 : 1) {
        dn_picture picture;
        snprintf(path, sizeof path, "%s/sudoku-cells/%s", folder, names[i]);
        assert_ok(dn_picture_read(path, &picture, &error));
        read_picture(&t, "sudoku", i, &picture, (unsigned)(names[i][0] - '0'));
        dn_picture_free(&picture);
    }
    print_tally("sudoku", &t);
}

int main(int count, char **arguments)
{
    if (count < 5) {
        fputs("picture_rates WHAT FIRST_SEED LAST_SEED COUNT [FAILURES]\n", stderr);
        return 2;
    }
    const char *what = arguments[1];
    const span seeds = {strtoull(arguments[2], NULL, 10), strtoull(arguments[3], NULL, 10),
                        strtoull(arguments[4], NULL, 10)};
    const char *handwriting = getenv("DIGITNET_HANDWRITING");
    const clock_t begin = clock();
    failures = count > 5 ? arguments[5] : NULL;
    assert_ok(dn_context_new(&context, 1, DN_KERNELS_AUTO, &error));
    const char *model = getenv("DIGITNET_MODEL");
    assert_ok(
        dn_classifier_read(model ? model : source_path("data/pretrained.safetensors"), &net, NULL, &error));
    assert_ok(dn_dataset_load(mnist_folder_or_skip(), DN_DATA_TEST, &digits, &error));
    if (strcmp(what, "none") == 0)
        rate_none(seeds);
    else if (strcmp(what, "two") == 0)
        rate_two(seeds);
    else if (strcmp(what, "rows") == 0)
        rate_rows(seeds);
    else if (strcmp(what, "pages") == 0)
        rate_pages(seeds);
    else if (strcmp(what, "difficult") == 0)
        rate_difficult(seeds);
    else if (strcmp(what, "mnist") == 0)
        rate_mnist();
    else if (strcmp(what, "views") == 0)
        rate_views(seeds);
    else if (strcmp(what, "sudoku") == 0)
        rate_sudoku(handwriting, seeds.count);
    else if (strcmp(what, "usps") == 0 || strcmp(what, "optdigits") == 0)
        rate_handwriting(what, handwriting, seeds.count);
    else
        rate_digits(seeds, strcmp(what, "digits") == 0 || strcmp(what, "worse") == 0 ? NULL : what,
                    strcmp(what, "worse") == 0);
    printf("%.1f s\n", (double)(clock() - begin) / CLOCKS_PER_SEC);
    dn_dataset_free(&digits);
    dn_classifier_free(&net);
    dn_context_free(context);
    return 0;
}
