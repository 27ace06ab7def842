#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/scalar.h"
#include "data/warp.h"
#include "picture/hypothesis.h"

#include "digitnet/train.h"

#include <math.h>
#include <string.h>

/** An image's answer is unsure below this probability, or where fewer views agree. */
#define SURE_PROBABILITY 0.75F
#define SURE_AGREEMENT 0.75F
/** The best hypothesis is no digit below this score, unsure below this one, and unsure where the other one is as close as this. */
#define LEAST_SCORE (-5.0F)
#define SURE_SCORE (-1.5F)
#define CLOSE 1.0F
/** What views that disagree cost. */
#define AGREEMENT_WEIGHT 2.0F
/** Another digit beside the main one is this large, of that one's height. */
#define OTHER_SIDE 0.5
/** The halves of a cut are two digits when both are read with this probability ... */
#define HALF_PROBABILITY 0.75F
/** ... and better than the whole, in which there is less trust the wider it is beyond this, by its height. */
#define WHOLE_WEIGHT 1.03F
#define WIDE 1.1F
#define WIDE_WEIGHT 0.5F

/* ---- Views ---- */

/** Small motions, the plain view first, and once more. */
static const dn_motion motions[DN_MOST_VIEWS] = {
    {.shift_x = 0.0F},
    {.shift_x = 0.5F, .shift_y = 0.25F},
    {.shift_x = -0.5F, .shift_y = -0.25F},
    {.rotation = 0.1F},
    {.rotation = -0.1F},
    {.scale_x = 0.07F, .scale_y = 0.07F},
    {.scale_x = -0.07F, .scale_y = -0.07F},
    {.shear = 0.1F},
    {.shear = -0.1F},
    {.shift_x = 0.0F},
    {.shift_x = -0.25F, .shift_y = 0.5F},
    {.shift_x = 0.25F, .shift_y = -0.5F},
    {.scale_x = 0.07F},
    {.scale_y = 0.07F},
    {.rotation = 0.07F, .shift_x = 0.5F},
    {.rotation = -0.07F, .shift_x = -0.5F},
};

static bool is_plain(const dn_motion *motion)
{
    return motion->shift_x == 0.0F && motion->shift_y == 0.0F && motion->rotation == 0.0F &&
           motion->scale_x == 0.0F && motion->scale_y == 0.0F && motion->shear == 0.0F;
}

/** One view of an image as the classifier's input [784]. */
static void write_view(const uint8_t *image, size_t view, float *values)
{
    static const dn_elastic still = {0};
    static const dn_elastic_field no_field = {0};
    uint8_t moved[DN_DIGIT_PIXELS];
    const dn_affine affine = dn_affine_undoing(&motions[view]);
    const uint8_t *pixels = image;
    if (!is_plain(&motions[view])) {
        dn_warp(&affine, &still, &no_field, image, moved);
        pixels = moved;
    }
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        values[i] = dn_pixel_value(pixels[i]);
}

/* ---- Images ---- */

/** Finite weights can be so large that the scores are not. */
static dn_status check_scores(const dn_tensor *scores, dn_error *error)
{
    for (size_t row = 0; row < scores->shape.extent[0]; row++) {
        for (size_t i = 0; i < scores->shape.extent[1]; i++)
            if (!isfinite(
                    scores->data[(ptrdiff_t)row * scores->stride[0] + (ptrdiff_t)i * scores->stride[1]]))
                return dn_fail(error, DN_ERR_FORMAT, "train the model again, with a lower learning rate",
                               "the model's outputs for it are not finite numbers");
    }
    return DN_OK;
}

/** Put a digit into its place in the ranking; of equals the one that came first stays first. */
static void rank(dn_answer *answer, size_t digit)
{
    size_t place = answer->known++;
    for (; place > 0 && answer->probability[digit] > answer->probability[answer->ranking[place - 1]]; place--)
        answer->ranking[place] = answer->ranking[place - 1];
    answer->ranking[place] = digit;
}

/** The mean over the rows of one image's views, from row `first` on. */
static void average(const dn_classes *classes, const dn_tensor *probabilities, size_t first, size_t views,
                    dn_answer *answer)
{
    size_t votes[DN_DIGIT_CLASSES] = {0};
    *answer = (dn_answer){.box = {.width = DN_DIGIT_SIDE, .height = DN_DIGIT_SIDE}};
    for (size_t view = first; view < first + views; view++) {
        votes[classes->digit[dn_classifier_answer(probabilities, view)]]++;
        for (size_t i = 0; i < classes->count; i++)
            answer->probability[classes->digit[i]] +=
                probabilities->data[(ptrdiff_t)view * probabilities->stride[0] +
                                    (ptrdiff_t)i * probabilities->stride[1]];
    }
    for (size_t i = 0; i < classes->count; i++) {
        answer->probability[classes->digit[i]] /= (float)views;
        rank(answer, classes->digit[i]);
    }
    const size_t digit = answer->ranking[0];
    answer->agreement = (float)votes[digit] / (float)views;
    if (answer->probability[digit] < SURE_PROBABILITY || answer->agreement < SURE_AGREEMENT)
        answer->verdict = DN_VERDICT_UNSURE;
}

/** Images to be scored together. */
typedef struct image_list {
    const uint8_t **images;
    dn_answer *answers;
    size_t count, capacity;
} image_list;

static dn_status new_list(image_list *list, size_t capacity, dn_error *error)
{
    *list = (image_list){.capacity = capacity};
    list->images = dn_allocate(capacity, sizeof *list->images, error);
    list->answers = dn_allocate(capacity, sizeof *list->answers, error);
    return list->images && list->answers ? DN_OK : DN_ERR_MEMORY;
}

static void free_list(image_list *list)
{
    dn_release(list->images);
    dn_release(list->answers);
}

static dn_status score_list(dn_context *context, dn_classifier *classifier, image_list *list, size_t views,
                            dn_error *error)
{
    dn_tensor x;
    dn_tensor scores;
    if (views < 1 || views > DN_MOST_VIEWS)
        return dn_fail(error, DN_ERR_ARGUMENT, "give 1 to 16 views", "%zu views", views);
    DN_TRY(dn_tensor_zeros(&x, DN_SHAPE(list->count * views, DN_DIGIT_PIXELS), error));
    for (size_t i = 0; i < list->count * views; i++)
        write_view(list->images[i / views], i % views, x.data + i * DN_DIGIT_PIXELS);
    dn_status status = dn_classifier_scores(context, classifier, &(dn_matrix){.dense = &x}, &scores, error);
    if (status == DN_OK)
        status = check_scores(&scores, error);
    if (status == DN_OK)
        status = dn_softmax(&scores, &scores, error);
    for (size_t i = 0; i < list->count && status == DN_OK; i++)
        average(&classifier->classes, &scores, i * views, views, &list->answers[i]);
    dn_tensor_free(&x);
    return status;
}

dn_status dn_answer_images(dn_context *context, dn_classifier *classifier, const uint8_t *images,
                           size_t count, size_t views, dn_answer *answers, dn_error *error)
{
    image_list list;
    dn_status status = new_list(&list, count, error);
    if (status == DN_OK && count > 0) {
        for (; list.count < count; list.count++)
            list.images[list.count] = images + list.count * DN_DIGIT_PIXELS;
        status = score_list(context, classifier, &list, views, error);
    }
    for (size_t i = 0; i < count && status == DN_OK; i++) {
        answers[i] = list.answers[i];
        memcpy(answers[i].pixels, images + i * DN_DIGIT_PIXELS, DN_DIGIT_PIXELS);
    }
    free_list(&list);
    return status;
}

/* ---- Pictures ---- */

static float best_probability(const dn_answer *answer)
{
    return answer->probability[answer->ranking[0]];
}

static bool is_digit_beside(const dn_candidate *candidate, const dn_candidate *main)
{
    return candidate != main && (double)candidate->box.height >= OTHER_SIDE * (double)main->box.height &&
           dn_evidence_score(&candidate->evidence) >= SURE_SCORE;
}

/** A candidate's images: the whole, and the halves of its cuts. */
static void list_candidate(const dn_candidate *candidate, image_list *list)
{
    list->images[list->count++] = candidate->pixels;
    for (size_t i = 0; i < candidate->cut_count; i++) {
        list->images[list->count++] = candidate->cuts[i].pixels[0];
        list->images[list->count++] = candidate->cuts[i].pixels[1];
    }
}

/** The probability of the half that is read worse. */
static float worse_half(const dn_answer halves[2])
{
    const float left = best_probability(&halves[0]);
    const float right = best_probability(&halves[1]);
    return left < right ? left : right;
}

/** With which probability the worse half must be read for a candidate to be two digits. */
static float needed_of_halves(const dn_answer *whole, const dn_candidate *candidate)
{
    const float width = candidate->evidence.flatness;
    const float trust = WHOLE_WEIGHT - (width > WIDE ? WIDE_WEIGHT * (width - WIDE) : 0.0F);
    const float needed = trust * best_probability(whole);
    return needed > HALF_PROBABILITY ? needed : HALF_PROBABILITY;
}

/** How likely a candidate is this digit: log probability, agreement of the views, and evidence. */
static float score_of(const dn_answer *answer, const dn_candidate *candidate)
{
    return dn_log(best_probability(answer)) + AGREEMENT_WEIGHT * (answer->agreement - 1.0F) +
           dn_evidence_score(&candidate->evidence);
}

/** What was made of a hypothesis. */
typedef struct judgement {
    const dn_answer *main;
    float score;
    bool several;
} judgement;

/** Judge a hypothesis by the answers to its images, from *answers on; *answers moves on to the next one's. */
static judgement judge(const dn_hypothesis *hypothesis, const dn_answer **answers)
{
    judgement judged = {.score = -INFINITY};
    if (hypothesis->count == 0)
        return judged;
    const dn_candidate *main = &hypothesis->candidates[hypothesis->main];
    judged.main = (*answers)++;
    judged.score = score_of(judged.main, main);
    for (size_t i = 0; i < main->cut_count; i++, *answers += 2) {
        judged.several |= worse_half(*answers) > needed_of_halves(judged.main, main);
    }
    for (size_t i = 0; i < hypothesis->count; i++)
        if (is_digit_beside(&hypothesis->candidates[i], main))
            judged.several = true;
    return judged;
}

/** The hypotheses judged: the better one's number, and both judgements. */
typedef struct comparison {
    size_t better;
    judgement judged[DN_POLARITIES];
} comparison;

/** Score the images of both hypotheses into the list, and judge them. */
static dn_status compare(dn_context *context, dn_classifier *classifier,
                         const dn_hypothesis hypotheses[DN_POLARITIES], size_t views, image_list *list,
                         comparison *compared, dn_error *error)
{
    *compared = (comparison){0};
    for (size_t i = 0; i < DN_POLARITIES; i++)
        if (hypotheses[i].count > 0)
            list_candidate(&hypotheses[i].candidates[hypotheses[i].main], list);
    if (list->count > 0)
        DN_TRY(score_list(context, classifier, list, views, error));
    const dn_answer *next = list->answers;
    for (size_t i = 0; i < DN_POLARITIES; i++)
        compared->judged[i] = judge(&hypotheses[i], &next);
    compared->better = compared->judged[0].score >= compared->judged[1].score ? 0 : 1;
    return DN_OK;
}

/** Make both hypotheses of a picture, and judge them. The caller frees the list and the hypotheses, also after an error. */
static dn_status judge_picture(dn_context *context, dn_classifier *classifier, const dn_tensor *picture,
                               size_t views, dn_hypothesis hypotheses[DN_POLARITIES], image_list *list,
                               comparison *compared, dn_error *error)
{
    *list = (image_list){0};
    DN_TRY(dn_hypotheses_make(picture, hypotheses, error));
    DN_TRY(new_list(list, DN_POLARITIES * (1 + 2 * (size_t)DN_CUTS), error));
    return compare(context, classifier, hypotheses, views, list, compared, error);
}

static void decide(const dn_hypothesis hypotheses[DN_POLARITIES], const comparison *compared,
                   dn_answer *answer)
{
    const dn_hypothesis *hypothesis = &hypotheses[compared->better];
    const judgement *best = &compared->judged[compared->better];
    const float other_score = compared->judged[1 - compared->better].score;
    *answer = (dn_answer){.verdict = DN_VERDICT_NONE};
    if (!best->main || !(best->score >= LEAST_SCORE))
        return;
    const dn_candidate *main = &hypothesis->candidates[hypothesis->main];
    *answer = *best->main;
    answer->inverted = hypothesis->dark;
    answer->box = main->box;
    memcpy(answer->pixels, main->pixels, DN_DIGIT_PIXELS);
    if (best->several)
        answer->verdict = DN_VERDICT_SEVERAL;
    else if (best->score < SURE_SCORE || best->score < other_score + CLOSE)
        answer->verdict = DN_VERDICT_UNSURE;
}

dn_status dn_answer_picture(dn_context *context, dn_classifier *classifier, const dn_tensor *picture,
                            size_t views, dn_answer *answer, dn_error *error)
{
    dn_hypothesis hypotheses[DN_POLARITIES];
    image_list list;
    comparison compared;
    const dn_status status =
        judge_picture(context, classifier, picture, views, hypotheses, &list, &compared, error);
    if (status == DN_OK)
        decide(hypotheses, &compared, answer);
    free_list(&list);
    dn_hypotheses_free(hypotheses);
    return status;
}

/* ---- Pages ---- */

void dn_page_free(dn_page *page)
{
    if (!page)
        return;
    dn_release(page->answers);
    *page = (dn_page){0};
}

static void add_answer(dn_page *page, const dn_answer *answer, bool inverted, dn_rectangle box,
                       const uint8_t *pixels)
{
    dn_answer *added = &page->answers[page->count++];
    *added = *answer;
    added->inverted = inverted;
    added->box = box;
    memcpy(added->pixels, pixels, DN_DIGIT_PIXELS);
}

/** Add a candidate's answer, or the two of the cut whose worse half is read best, if that is read better than the whole. */
static void add_candidate(dn_page *page, const dn_candidate *candidate, bool inverted,
                          const dn_answer *answers)
{
    const dn_answer *whole = answers++;
    size_t best = candidate->cut_count;
    float best_worse = needed_of_halves(whole, candidate);
    for (size_t i = 0; i < candidate->cut_count; i++) {
        const float worse = worse_half(&answers[2 * i]);
        if (worse > best_worse) {
            best = i;
            best_worse = worse;
        }
    }
    if (best < candidate->cut_count) {
        for (size_t half = 0; half < 2; half++)
            add_answer(page, &answers[2 * best + half], inverted, candidate->cuts[best].place[half],
                       candidate->cuts[best].pixels[half]);
    } else if (score_of(whole, candidate) >= LEAST_SCORE) {
        add_answer(page, whole, inverted, candidate->box, candidate->pixels);
        if (score_of(whole, candidate) < SURE_SCORE)
            page->answers[page->count - 1].verdict = DN_VERDICT_UNSURE;
    }
}

/** Does a box come before another in reading order? Boxes whose middles lie within each other's rows are in one line. */
static bool comes_before(dn_rectangle a, dn_rectangle b)
{
    const size_t middle_a = a.y + a.height / 2;
    const size_t middle_b = b.y + b.height / 2;
    if (middle_a < b.y || middle_b >= a.y + a.height)
        return middle_a < middle_b;
    if (middle_b < a.y || middle_a >= b.y + b.height)
        return middle_a < middle_b;
    return a.x < b.x;
}

/** Insertion sort: the order of lines is none that qsort may rely on. */
static void sort_page(dn_page *page)
{
    for (size_t i = 1; i < page->count; i++) {
        const dn_answer answer = page->answers[i];
        size_t place = i;
        for (; place > 0 && comes_before(answer.box, page->answers[place - 1].box); place--)
            page->answers[place] = page->answers[place - 1];
        page->answers[place] = answer;
    }
}

/** Read all candidates of a hypothesis that are as large as digits beside the main one. */
static dn_status read_page(dn_context *context, dn_classifier *classifier, const dn_hypothesis *hypothesis,
                           size_t views, dn_page *page, dn_error *error)
{
    image_list list;
    const dn_candidate *main = &hypothesis->candidates[hypothesis->main];
    dn_status status = new_list(&list, hypothesis->count * (1 + 2 * (size_t)DN_CUTS), error);
    page->answers = dn_allocate(2 * hypothesis->count, sizeof *page->answers, error);
    status = page->answers ? status : DN_ERR_MEMORY;
    for (size_t i = 0; i < hypothesis->count && status == DN_OK; i++)
        if (&hypothesis->candidates[i] == main || is_digit_beside(&hypothesis->candidates[i], main))
            list_candidate(&hypothesis->candidates[i], &list);
    if (status == DN_OK)
        status = score_list(context, classifier, &list, views, error);
    const dn_answer *next = list.answers;
    for (size_t i = 0; i < hypothesis->count && status == DN_OK; i++) {
        const dn_candidate *candidate = &hypothesis->candidates[i];
        if (candidate != main && !is_digit_beside(candidate, main))
            continue;
        add_candidate(page, candidate, hypothesis->dark, next);
        next += 1 + 2 * candidate->cut_count;
    }
    if (status == DN_OK)
        sort_page(page);
    free_list(&list);
    return status;
}

dn_status dn_answer_page(dn_context *context, dn_classifier *classifier, const dn_tensor *picture,
                         size_t views, dn_page *page, dn_error *error)
{
    dn_hypothesis hypotheses[DN_POLARITIES];
    image_list list;
    comparison compared;
    *page = (dn_page){0};
    dn_status status = judge_picture(context, classifier, picture, 1, hypotheses, &list, &compared, error);
    if (status == DN_OK && compared.judged[compared.better].score >= LEAST_SCORE)
        status = read_page(context, classifier, &hypotheses[compared.better], views, page, error);
    free_list(&list);
    dn_hypotheses_free(hypotheses);
    if (status != DN_OK)
        dn_page_free(page);
    return status;
}
