#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/scalar.h"
#include "core/size.h"
#include "loss/elements.h"
#include "picture/hypothesis.h"
#include "tensor/context.h"
#include "train/views.h"

#include "digitnet/train.h"

#include <math.h>
#include <string.h>

/** An image's answer is unsure below this probability, or where fewer views agree. */
#define SURE_PROBABILITY 0.97F
#define SURE_AGREEMENT 0.75F
/** The best hypothesis is no digit below this score, unsure below this one, and unsure where the other one is as close as this. */
#define LEAST_SCORE (-5.0F)
#define SURE_SCORE (-1.5F)
#define CLOSE 1.0F
/** What views that disagree cost. */
#define AGREEMENT_WEIGHT 2.0F
/** Another digit beside the main one is this large, of that one's height. */
#define OTHER_SIDE 0.5
/** The halves of a cut are two digits only when both are read with this probability. */
#define HALF_PROBABILITY 0.5F
/** Two digits that touch are about this wide, by their height; what is wider is the likelier two, in log odds. */
#define TWO_WIDE 1.4F
#define WIDE_WEIGHT 8.0F
/** No log odds are computed of less than this probability. */
#define LEAST_PROBABILITY 1e-7F
/** Images whose views are in memory together. */
#define BATCH ((size_t)64)

/* ---- Images ---- */

/** Put a digit into its place in the ranking; of equals the one that came first stays first. */
static void rank(dn_answer *answer, size_t digit)
{
    size_t place = answer->known++;
    for (; place > 0 && answer->probability[digit] > answer->probability[answer->ranking[place - 1]]; place--)
        answer->ranking[place] = answer->ranking[place - 1];
    answer->ranking[place] = digit;
}

static float best_probability(const dn_answer *answer)
{
    return answer->probability[answer->ranking[0]];
}

/** The answer that a row of probabilities and the agreement of its views give. */
static void answer_row(const dn_classes *classes, const dn_tensor *probabilities, size_t row, float agreement,
                       dn_answer *answer)
{
    *answer = (dn_answer){.agreement = agreement, .box = {.width = DN_DIGIT_SIDE, .height = DN_DIGIT_SIDE}};
    for (size_t i = 0; i < classes->count; i++) {
        answer->probability[classes->digit[i]] = dn_loss_element(probabilities, row, i);
        rank(answer, classes->digit[i]);
    }
    if (best_probability(answer) < SURE_PROBABILITY || agreement < SURE_AGREEMENT)
        answer->verdict = DN_VERDICT_UNSURE;
}

/** Answer images, a batch after the other. */
static dn_status score_images(dn_context *context, dn_classifier *classifier, const uint8_t *const *images,
                              size_t count, size_t views, dn_answer *answers, dn_error *error)
{
    for (size_t done = 0; done < count; done += BATCH) {
        float agreement[BATCH];
        dn_tensor probabilities;
        const size_t now = dn_smaller(count - done, BATCH);
        DN_TRY(dn_views_probabilities(context, classifier, images + done, now, views, agreement,
                                      &probabilities, error));
        for (size_t i = 0; i < now; i++)
            answer_row(&classifier->classes, &probabilities, i, agreement[i], &answers[done + i]);
    }
    return DN_OK;
}

dn_status dn_answer_images(dn_context *context, dn_classifier *classifier, const uint8_t *images,
                           size_t count, size_t views, dn_answer *answers, dn_error *error)
{
    for (size_t done = 0; done < count; done += BATCH) {
        const uint8_t *batch[BATCH];
        const size_t now = dn_smaller(count - done, BATCH);
        for (size_t i = 0; i < now; i++)
            batch[i] = images + (done + i) * DN_DIGIT_PIXELS;
        DN_TRY(score_images(context, classifier, batch, now, views, answers + done, error));
        for (size_t i = 0; i < now; i++)
            memcpy(answers[done + i].pixels, batch[i], DN_DIGIT_PIXELS);
    }
    return DN_OK;
}

/* ---- Pictures ---- */

/** Images, their answers, and which of them are to be scored next. */
typedef struct image_list {
    const uint8_t **images;
    dn_answer *answers;
    const dn_halves **cut; /**< of a half, which come in pairs; NULL of a whole */
    float *needed;         /**< of a half: the mean log odds that both must have to matter */
    size_t *chosen;
    size_t count, chosen_count;
} image_list;

static dn_status new_list(image_list *list, size_t capacity, dn_error *error)
{
    *list = (image_list){.count = 0};
    list->images = dn_allocate(capacity, sizeof *list->images, error);
    list->answers = dn_allocate_zeroed(capacity, sizeof *list->answers, error);
    list->cut =
        dn_allocate(capacity, sizeof *list->cut, error); /* NOLINT(bugprone-sizeof-expression): pointers */
    list->needed = dn_allocate(capacity, sizeof *list->needed, error);
    list->chosen = dn_allocate(capacity, sizeof *list->chosen, error);
    return list->images && list->answers && list->cut && list->needed && list->chosen ? DN_OK : DN_ERR_MEMORY;
}

static void free_list(image_list *list)
{
    dn_release(list->images);
    dn_release(list->answers);
    dn_release(list->cut);
    dn_release(list->needed);
    dn_release(list->chosen);
}

static void append(image_list *list, const uint8_t *image, const dn_halves *cut)
{
    list->images[list->count] = image;
    list->needed[list->count] = INFINITY;
    list->cut[list->count++] = cut;
}

/** List a candidate's images: the whole, and the halves of its cuts, which do not matter yet. */
static void list_candidate(const dn_candidate *candidate, image_list *list)
{
    append(list, candidate->pixels, NULL);
    for (size_t i = 0; i < 2 * candidate->cut_count; i++)
        append(list, candidate->cuts[i / 2].pixels[i % 2], &candidate->cuts[i / 2]);
}

/** Score the chosen images. Effect: none is chosen any more. */
static dn_status score_chosen(dn_context *context, dn_classifier *classifier, image_list *list, size_t views,
                              dn_error *error)
{
    const size_t count = list->chosen_count;
    list->chosen_count = 0;
    for (size_t done = 0; done < count; done += BATCH) {
        const uint8_t *batch[BATCH];
        dn_answer answers[BATCH];
        const size_t *chosen = list->chosen + done;
        const size_t now = dn_smaller(count - done, BATCH);
        for (size_t i = 0; i < now; i++)
            batch[i] = list->images[chosen[i]];
        DN_TRY(score_images(context, classifier, batch, now, views, answers, error));
        for (size_t i = 0; i < now; i++)
            list->answers[chosen[i]] = answers[i];
    }
    return DN_OK;
}

/** Score the wholes of a list. The halves have an answer of zeros. */
static dn_status score_wholes(dn_context *context, dn_classifier *classifier, image_list *list, size_t views,
                              dn_error *error)
{
    for (size_t i = 0; i < list->count; i++)
        if (!list->cut[i])
            list->chosen[list->chosen_count++] = i;
    return score_chosen(context, classifier, list, views, error);
}

/** The probability that an answer is wrong, not quite 0. */
static float doubt(const dn_answer *answer)
{
    float others = LEAST_PROBABILITY;
    for (size_t i = 1; i < answer->known; i++)
        others += answer->probability[answer->ranking[i]];
    return others;
}

/** The logarithm of how many times as likely the answer is as all others together. */
static float log_odds(const dn_answer *answer)
{
    return dn_log(best_probability(answer) / doubt(answer));
}

/** Is neither half much lower than the other, as no digit beside another one is? */
static bool are_as_tall(const dn_halves *cut)
{
    const size_t left = dn_box_height(cut->box[0]);
    const size_t right = dn_box_height(cut->box[1]);
    return (double)dn_smaller(left, right) >= OTHER_SIDE * (double)dn_larger(left, right);
}

/** Can the mean log odds of two halves be what is needed, given that no doubt is less than LEAST_PROBABILITY? */
static bool can_matter(const dn_halves *cut, float needed)
{
    return -dn_log(LEAST_PROBABILITY) > needed && are_as_tall(cut);
}

/** Still, after a glance at the plain view, which is one of those that are averaged: the mean doubt is at least its share. */
static bool matters_at_a_glance(const dn_answer halves[2], size_t views, float needed)
{
    const float log_doubt = 0.5F * (dn_log(doubt(&halves[0])) + dn_log(doubt(&halves[1])));
    return dn_log((float)views) - log_doubt > needed;
}

/** Choose the halves that can matter; with answers to a glance those that still can in so many views. */
static void choose_halves(image_list *list, bool glanced, size_t views)
{
    for (size_t i = 0; i < list->count; i += list->cut[i] ? 2 : 1) {
        if (!list->cut[i] || !can_matter(list->cut[i], list->needed[i]) ||
            (glanced && !matters_at_a_glance(&list->answers[i], views, list->needed[i])))
            continue;
        list->chosen[list->chosen_count++] = i;
        list->chosen[list->chosen_count++] = i + 1;
    }
}

/** Score the halves that can matter: at a glance, and in all views those that still can. */
static dn_status score_halves(dn_context *context, dn_classifier *classifier, image_list *list, size_t views,
                              dn_error *error)
{
    choose_halves(list, false, views);
    DN_TRY(score_chosen(context, classifier, list, 1, error));
    if (views > 1)
        choose_halves(list, true, views);
    return score_chosen(context, classifier, list, views, error);
}

static bool is_digit_beside(const dn_candidate *candidate, const dn_candidate *main)
{
    return candidate != main && (double)candidate->box.height >= OTHER_SIDE * (double)main->box.height &&
           dn_evidence_score(&candidate->evidence) >= SURE_SCORE;
}

/** Can both halves of a cut be digits: each read for itself, and as tall as a digit beside another one is? */
static bool can_be_two(const dn_halves *cut, const dn_answer halves[2])
{
    return best_probability(&halves[0]) >= HALF_PROBABILITY &&
           best_probability(&halves[1]) >= HALF_PROBABILITY && are_as_tall(cut);
}

/** The mean log odds that two halves must have to be likelier two digits than one: those of the whole, less the wider it is. */
static float needed_of_halves(const dn_candidate *candidate, const dn_answer *whole)
{
    return log_odds(whole) - WIDE_WEIGHT * (candidate->evidence.flatness - TWO_WIDE);
}

/** By the answer to a candidate, which is followed by those to the halves of its cuts, say from where on these matter. */
static void want_halves(const dn_candidate *candidate, const dn_answer *whole, image_list *list)
{
    float *needed = list->needed + (whole - list->answers) + 1;
    for (size_t i = 0; i < 2 * candidate->cut_count; i++)
        needed[i] = needed_of_halves(candidate, whole);
}

/**
 * The cut that makes the likeliest two digits of a candidate, or the number of cuts where one digit is likelier. answers: as
 * list_candidate lists the images.
 */
static size_t best_cut(const dn_candidate *candidate, const dn_answer *answers)
{
    size_t best = candidate->cut_count;
    float most = needed_of_halves(candidate, answers);
    for (size_t i = 0; i < candidate->cut_count; i++) {
        const dn_answer *halves = &answers[1 + 2 * i];
        if (!can_be_two(&candidate->cuts[i], halves))
            continue;
        const float odds = 0.5F * (log_odds(&halves[0]) + log_odds(&halves[1]));
        if (odds > most) {
            best = i;
            most = odds;
        }
    }
    return best;
}

/** How likely a candidate is this digit: log probability, agreement of the views, and evidence. */
static float score_of(const dn_answer *answer, const dn_candidate *candidate)
{
    return dn_log(best_probability(answer)) + AGREEMENT_WEIGHT * (answer->agreement - 1.0F) +
           dn_evidence_score(&candidate->evidence);
}

/** What was made of a hypothesis. */
typedef struct judgement {
    const dn_answer *main; /**< followed by those to the halves of its cuts; NULL where there is nothing */
    float score;
} judgement;

/** Judge a hypothesis by the answer to its main candidate, the next one; *answers moves on behind those to its halves. */
static judgement judge(const dn_hypothesis *hypothesis, const dn_answer **answers)
{
    if (hypothesis->count == 0)
        return (judgement){.score = -INFINITY};
    const dn_candidate *main = &hypothesis->candidates[hypothesis->main];
    const judgement judged = {.main = *answers, .score = score_of(*answers, main)};
    *answers += 1 + 2 * main->cut_count;
    return judged;
}

/** Does a hypothesis show several digits: is one beside its main candidate, or is that two? answers: those to its images. */
static bool is_several(const dn_hypothesis *hypothesis, const dn_answer *answers)
{
    const dn_candidate *main = &hypothesis->candidates[hypothesis->main];
    for (size_t i = 0; i < hypothesis->count; i++)
        if (is_digit_beside(&hypothesis->candidates[i], main))
            return true;
    return best_cut(main, answers) < main->cut_count;
}

/** A picture's hypotheses, judged. */
typedef struct sighting {
    const dn_picture *picture;
    dn_hypothesis hypotheses[DN_POLARITIES];
    judgement judged[DN_POLARITIES];
    size_t better; /**< of the two */
    dn_status status;
    dn_error error; /**< of making the hypotheses */
} sighting;

static void make_hypotheses(void *argument, size_t piece)
{
    sighting *seen = (sighting *)argument + piece;
    seen->status = dn_hypotheses_make(seen->picture, seen->hypotheses, &seen->error);
}

/** Make the hypotheses of all pictures, on all threads. The caller frees them, also after an error. */
static dn_status see_pictures(dn_context *context, const dn_picture *pictures, size_t count,
                              sighting **sightings, dn_error *error)
{
    *sightings = dn_allocate_zeroed(count, sizeof **sightings, error);
    if (!*sightings)
        return DN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        (*sightings)[i].picture = &pictures[i];
    dn_pool_run(dn_context_pool(context), count, make_hypotheses, *sightings);
    for (size_t i = 0; i < count; i++) {
        if ((*sightings)[i].status == DN_OK)
            continue;
        if (error)
            *error = (*sightings)[i].error;
        return (*sightings)[i].status;
    }
    return DN_OK;
}

static void free_sightings(sighting *sightings, size_t count)
{
    for (size_t i = 0; sightings && i < count; i++)
        dn_hypotheses_free(sightings[i].hypotheses);
    dn_release(sightings);
}

/** Judge a picture by the answers to the images of both hypotheses, from *answers on. */
static void judge_sighting(sighting *seen, const dn_answer **answers)
{
    for (size_t i = 0; i < DN_POLARITIES; i++)
        seen->judged[i] = judge(&seen->hypotheses[i], answers);
    seen->better = seen->judged[0].score >= seen->judged[1].score ? 0 : 1;
}

/** Score all pictures' main candidates together, and judge each picture. The list holds the answers; the caller frees it. */
static dn_status judge_sightings(dn_context *context, dn_classifier *classifier, sighting *sightings,
                                 size_t count, size_t views, image_list *list, dn_error *error)
{
    DN_TRY(new_list(list, count * DN_POLARITIES * (1 + 2 * (size_t)DN_CUTS), error));
    for (size_t i = 0; i < count * DN_POLARITIES; i++) {
        const dn_hypothesis *hypothesis = &sightings[i / DN_POLARITIES].hypotheses[i % DN_POLARITIES];
        if (hypothesis->count > 0)
            list_candidate(&hypothesis->candidates[hypothesis->main], list);
    }
    DN_TRY(score_wholes(context, classifier, list, views, error));
    const dn_answer *next = list->answers;
    for (size_t i = 0; i < count; i++)
        judge_sighting(&sightings[i], &next);
    return DN_OK;
}

/** Score the halves of what the better hypothesis of each picture shows. */
static dn_status score_cuts(dn_context *context, dn_classifier *classifier, const sighting *sightings,
                            size_t count, size_t views, image_list *list, dn_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const dn_hypothesis *better = &sightings[i].hypotheses[sightings[i].better];
        if (better->count > 0)
            want_halves(&better->candidates[better->main], sightings[i].judged[sightings[i].better].main,
                        list);
    }
    return score_halves(context, classifier, list, views, error);
}

static void decide(const sighting *seen, dn_answer *answer)
{
    const dn_hypothesis *hypothesis = &seen->hypotheses[seen->better];
    const judgement *best = &seen->judged[seen->better];
    const float other_score = seen->judged[1 - seen->better].score;
    *answer = (dn_answer){.verdict = DN_VERDICT_NONE};
    if (!best->main || !(best->score >= LEAST_SCORE))
        return;
    const dn_candidate *main = &hypothesis->candidates[hypothesis->main];
    *answer = *best->main;
    answer->inverted = hypothesis->dark;
    answer->box = main->box;
    memcpy(answer->pixels, main->pixels, DN_DIGIT_PIXELS);
    if (is_several(hypothesis, best->main))
        answer->verdict = DN_VERDICT_SEVERAL;
    else if (best->score < SURE_SCORE || best->score < other_score + CLOSE)
        answer->verdict = DN_VERDICT_UNSURE;
}

dn_status dn_answer_pictures(dn_context *context, dn_classifier *classifier, const dn_picture *pictures,
                             size_t count, size_t views, dn_answer *answers, dn_error *error)
{
    sighting *sightings;
    image_list list = {0};
    dn_status status = see_pictures(context, pictures, count, &sightings, error);
    if (status == DN_OK)
        status = judge_sightings(context, classifier, sightings, count, views, &list, error);
    if (status == DN_OK)
        status = score_cuts(context, classifier, sightings, count, views, &list, error);
    for (size_t i = 0; i < count && status == DN_OK; i++)
        decide(&sightings[i], &answers[i]);
    free_list(&list);
    free_sightings(sightings, count);
    return status;
}

dn_status dn_answer_picture(dn_context *context, dn_classifier *classifier, const dn_picture *picture,
                            size_t views, dn_answer *answer, dn_error *error)
{
    return dn_answer_pictures(context, classifier, picture, 1, views, answer, error);
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

/** Add a candidate's answer, or the two of its best cut. */
static void add_candidate(dn_page *page, const dn_candidate *candidate, bool inverted,
                          const dn_answer *answers)
{
    const size_t best = best_cut(candidate, answers);
    if (best < candidate->cut_count) {
        const dn_halves *cut = &candidate->cuts[best];
        for (size_t half = 0; half < 2; half++)
            add_answer(page, &answers[1 + 2 * best + half], inverted, cut->place[half], cut->pixels[half]);
    } else if (score_of(answers, candidate) >= LEAST_SCORE) {
        add_answer(page, answers, inverted, candidate->box, candidate->pixels);
        if (score_of(answers, candidate) < SURE_SCORE)
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
        status = score_wholes(context, classifier, &list, views, error);
    const dn_answer *next = list.answers;
    for (size_t i = 0; i < hypothesis->count && status == DN_OK; i++) {
        const dn_candidate *candidate = &hypothesis->candidates[i];
        if (candidate != main && !is_digit_beside(candidate, main))
            continue;
        want_halves(candidate, next, &list);
        next += 1 + 2 * candidate->cut_count;
    }
    if (status == DN_OK)
        status = score_halves(context, classifier, &list, views, error);
    next = list.answers;
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

dn_status dn_answer_page(dn_context *context, dn_classifier *classifier, const dn_picture *picture,
                         size_t views, dn_page *page, dn_error *error)
{
    sighting *seen;
    image_list list = {0};
    *page = (dn_page){0};
    dn_status status = see_pictures(context, picture, 1, &seen, error);
    if (status == DN_OK)
        status = judge_sightings(context, classifier, seen, 1, 1, &list, error);
    if (status == DN_OK && seen->judged[seen->better].score >= LEAST_SCORE)
        status = read_page(context, classifier, &seen->hypotheses[seen->better], views, page, error);
    free_list(&list);
    free_sightings(seen, 1);
    if (status != DN_OK)
        dn_page_free(page);
    return status;
}
