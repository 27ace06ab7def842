#include "picture/hypothesis.h"

#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"
#include "picture/background.h"
#include "picture/evidence.h"
#include "picture/frames.h"
#include "picture/prepare.h"
#include "picture/rules.h"
#include "picture/split.h"
#include "picture/threshold.h"

#include <math.h>
#include <string.h>

/** Ink is this much of full ink, and somewhere this much, in 255ths: hysteresis at 0.4 and 0.6. */
#define WEAK 102
#define STRONG 153
/** The pixels of a small bitmap are as large as the edge of a stroke, which is part of it. */
#define SMALL_WEAK 64
/** Ink that stands out less than this from the paper, in 255ths, is none. */
#define LEAST_CONTRAST 6
/** Look again at a digit smaller than this, in pixels of the reduced picture, where that holds less than this of the picture ... */
#define LOOK_AGAIN_SIDE 110
#define LOOK_AGAIN_SCALE 0.8
/** ... with this much around it, of its longer side. */
#define LOOK_AGAIN_MARGIN 0.75

/** What is seen in a sight when ink is dark, or bright. */
typedef struct scene {
    const dn_sight *sight;
    dn_plane shades; /**< ink is dark */
    dn_plane ink;    /**< 0 for paper to 255 for full ink */
    dn_plane taken;  /**< where a rule was */
    dn_levels levels;
    float unevenness;
    dn_components found;
    dn_groups groups;
} scene;

static void free_scene(scene *seen)
{
    dn_plane_free(&seen->shades);
    dn_plane_free(&seen->ink);
    dn_plane_free(&seen->taken);
    dn_components_free(&seen->found);
    dn_groups_free(&seen->groups);
}

static void scale_levels(dn_plane *ink, dn_levels levels)
{
    const size_t count = ink->height * ink->width;
    uint8_t *data = ink->data;
    uint8_t scaled[UINT8_MAX + 1];
    for (size_t level = 0; level <= UINT8_MAX; level++)
        scaled[level] = dn_levels_scale(levels, (uint8_t)level);
    for (size_t i = 0; i < count; i++)
        data[i] = scaled[data[i]];
}

/** The plane of ink: a small bitmap has two levels; a larger picture loses its background and its rules first. */
static dn_status find_ink(scene *seen, bool dark, dn_error *error)
{
    const dn_plane *shades = &seen->sight->shades;
    const size_t count = shades->height * shades->width;
    DN_TRY(dn_plane_new(&seen->shades, shades->height, shades->width, error));
    DN_TRY(dn_plane_new(&seen->ink, shades->height, shades->width, error));
    DN_TRY(dn_plane_new(&seen->taken, shades->height, shades->width, error));
    if (dark)
        memcpy(seen->shades.data, shades->data, count);
    else
        dn_plane_invert(shades, &seen->shades);
    if (seen->sight->small)
        dn_plane_invert(&seen->shades, &seen->ink);
    else
        memcpy(seen->ink.data, seen->shades.data, count);
    if (seen->sight->small) {
        seen->levels = dn_levels_of_bitmap(&seen->ink);
    } else {
        DN_TRY(dn_background_remove(&seen->ink, dark, &seen->unevenness, error));
        DN_TRY(dn_rules_remove(&seen->ink, &seen->taken, error));
        seen->levels = dn_levels_of_darkness(&seen->ink);
    }
    scale_levels(&seen->ink, seen->levels);
    return DN_OK;
}

static uint8_t weak_level(const dn_sight *sight)
{
    return sight->small ? SMALL_WEAK : WEAK;
}

/** The whole pipeline, up to the groups. */
static dn_status see(const dn_sight *sight, bool dark, scene *seen, dn_error *error)
{
    *seen = (scene){.sight = sight};
    DN_TRY(find_ink(seen, dark, error));
    if (seen->levels.ink < seen->levels.paper + LEAST_CONTRAST)
        return DN_OK;
    DN_TRY(dn_components_find(&seen->ink, weak_level(sight), STRONG, &seen->found, error));
    if (!sight->small) {
        dn_edges_drop(&seen->found, seen->ink.height, seen->ink.width);
        dn_frames_drop(&seen->found, seen->ink.height, seen->ink.width);
    }
    return dn_groups_make(&seen->found, &seen->groups, error);
}

/* ---- Candidates ---- */

/** The ink of a group alone, in a plane that is its box and one pixel around: its pixels, and the soft edge beside them. */
static dn_status cut_out(const scene *seen, size_t group, dn_plane *ink, dn_box *box, dn_error *error)
{
    const dn_box around = seen->groups.items[group].box;
    const size_t width = seen->ink.width;
    DN_TRY(dn_plane_new(ink, dn_box_height(around) + 2, dn_box_width(around) + 2, error));
    for (size_t y = around.top; y < around.bottom; y++) {
        for (size_t x = around.left; x < around.right; x++) {
            const uint32_t label = seen->found.labels[y * width + x];
            if (label == 0 || seen->groups.of[label - 1] != group)
                continue;
            for (size_t ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < seen->ink.height; ny++)
                for (size_t nx = x > 0 ? x - 1 : 0; nx <= x + 1 && nx < width; nx++)
                    ink->data[(ny + 1 - around.top) * ink->width + nx + 1 - around.left] =
                        seen->ink.data[ny * width + nx];
        }
    }
    *box = (dn_box){1, 1, ink->height - 1, ink->width - 1};
    return DN_OK;
}

/** A box of the sight in pixels of the picture. */
static dn_rectangle place_box(const dn_sight *sight, dn_box box, const dn_picture *picture)
{
    const double step_y = sight->region.height / (double)sight->shades.height;
    const double step_x = sight->region.width / (double)sight->shades.width;
    const size_t height = picture->height;
    const size_t width = picture->width;
    dn_rectangle place = {.y = dn_size_from(sight->region.top + (double)box.top * step_y, height - 1),
                          .x = dn_size_from(sight->region.left + (double)box.left * step_x, width - 1)};
    place.height = dn_size_from(ceil(sight->region.top + (double)box.bottom * step_y), height) - place.y;
    place.width = dn_size_from(ceil(sight->region.left + (double)box.right * step_x), width) - place.x;
    return place;
}

/** A box in the plane that was cut out of the ink around another one, in the sight. */
static dn_box shift_box(dn_box box, dn_box around)
{
    return (dn_box){box.top + around.top - 1, box.left + around.left - 1, box.bottom + around.top - 1,
                    box.right + around.left - 1};
}

/** How much of the ink is in groups of this group's size, or larger. */
static float share_of_ink(const scene *seen, const dn_group *group)
{
    size_t all = 0;
    size_t large = 0;
    for (size_t i = 0; i < seen->found.count; i++)
        all += seen->found.items[i].dropped ? 0 : seen->found.items[i].pixels;
    for (size_t i = 0; i < seen->groups.count; i++)
        if (2 * dn_box_side(seen->groups.items[i].box) >= dn_box_side(group->box))
            large += seen->groups.items[i].pixels;
    return (float)large / (float)all;
}

/** DN_ERR_FORMAT where nothing is left of the group in 28 x 28. */
static dn_status make_candidate(const dn_picture *picture, const scene *seen, size_t group,
                                dn_candidate *candidate, dn_error *error)
{
    dn_plane ink;
    dn_box box;
    const dn_group *found = &seen->groups.items[group];
    const size_t shorter = dn_smaller(seen->ink.height, seen->ink.width);
    *candidate = (dn_candidate){.box = place_box(seen->sight, found->box, picture)};
    candidate->evidence.contrast = (float)(seen->levels.ink - seen->levels.paper) / (float)UINT8_MAX;
    candidate->evidence.clarity =
        (float)(seen->levels.ink - seen->levels.paper) / (float)(seen->levels.noise - seen->levels.paper);
    DN_TRY(cut_out(seen, group, &ink, &box, error));
    dn_status status = dn_prepare_ink(&ink, box, candidate->pixels, error);
    if (status == DN_OK)
        status = dn_evidence_measure(&ink, weak_level(seen->sight), found->box, &seen->shades, &seen->taken,
                                     &candidate->evidence, error);
    if (status == DN_OK)
        status = dn_split(&ink, box, weak_level(seen->sight), &candidate->cuts, &candidate->cut_count, error);
    for (size_t i = 0; i < 2 * candidate->cut_count; i++) {
        dn_halves *halves = &candidate->cuts[i / 2];
        halves->place[i % 2] = place_box(seen->sight, shift_box(halves->box[i % 2], found->box), picture);
    }
    candidate->evidence.extent = (float)dn_box_side(found->box) / (float)shorter;
    candidate->evidence.share = share_of_ink(seen, found);
    candidate->evidence.unevenness = seen->unevenness;
    dn_plane_free(&ink);
    return status;
}

/* ---- Looking again ---- */

/** Along one axis: the box and its margin, inside the picture. */
static void widen(size_t begin, size_t length, double margin, size_t extent, double *from, double *size)
{
    const size_t first = dn_size_from((double)begin - margin, extent);
    const size_t last = dn_size_from((double)(begin + length) + margin, extent);
    *from = (double)first;
    *size = (double)(last - first);
}

static bool overlaps(dn_rectangle a, dn_rectangle b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * Look at the box of a small candidate in the full resolution. What is seen there replaces the candidate; its extent and its share
 * stay those of the whole picture.
 */
static dn_status look_again(const dn_picture *picture, dn_mix mix, bool dark, dn_candidate *candidate,
                            dn_error *error)
{
    dn_sight closer;
    scene seen;
    dn_candidate better = {0};
    dn_region region;
    const double margin = LOOK_AGAIN_MARGIN * (double)dn_larger(candidate->box.height, candidate->box.width);
    widen(candidate->box.y, candidate->box.height, margin, picture->height, &region.top, &region.height);
    widen(candidate->box.x, candidate->box.width, margin, picture->width, &region.left, &region.width);
    DN_TRY(dn_sight_take(picture, mix, region, &closer, error));
    dn_status status = see(&closer, dark, &seen, error);
    if (status == DN_OK && seen.groups.count > 0)
        status = make_candidate(picture, &seen, dn_groups_main(&seen.groups, seen.ink.height, seen.ink.width),
                                &better, error);
    if (status == DN_OK && seen.groups.count > 0 && overlaps(better.box, candidate->box)) {
        better.evidence.extent = candidate->evidence.extent;
        better.evidence.share = candidate->evidence.share;
        const dn_candidate worse = *candidate;
        *candidate = better;
        better = worse;
    }
    dn_release(better.cuts);
    free_scene(&seen);
    dn_plane_free(&closer.shades);
    return status == DN_ERR_FORMAT ? DN_OK : status;
}

static bool is_worth_another_look(const dn_sight *sight, dn_box box)
{
    return !sight->small && dn_box_side(box) < LOOK_AGAIN_SIDE &&
           (double)sight->shades.height < LOOK_AGAIN_SCALE * sight->region.height;
}

static dn_status make_candidates(const dn_picture *picture, dn_mix mix, const scene *seen,
                                 dn_hypothesis *hypothesis, dn_error *error)
{
    if (seen->groups.count == 0)
        return DN_OK;
    const size_t main = dn_groups_main(&seen->groups, seen->ink.height, seen->ink.width);
    hypothesis->candidates = dn_allocate(seen->groups.count, sizeof *hypothesis->candidates, error);
    if (!hypothesis->candidates)
        return DN_ERR_MEMORY;
    for (size_t i = 0; i < seen->groups.count; i++) {
        dn_candidate *candidate = &hypothesis->candidates[hypothesis->count];
        dn_status status = make_candidate(picture, seen, i, candidate, error);
        hypothesis->main = i == main ? hypothesis->count : hypothesis->main;
        hypothesis->count++;
        if (status == DN_ERR_FORMAT) {
            dn_release(candidate->cuts);
            hypothesis->count--;
        } else if (status == DN_OK && is_worth_another_look(seen->sight, seen->groups.items[i].box)) {
            status = look_again(picture, mix, hypothesis->dark, candidate, error);
        }
        if (status != DN_OK && status != DN_ERR_FORMAT)
            return status;
    }
    hypothesis->main = dn_smaller(hypothesis->main, hypothesis->count > 0 ? hypothesis->count - 1 : 0);
    return DN_OK;
}

/* ---- The face ---- */

/** A 28 x 28 picture in MNIST's form is taken as it is: then that is the one hypothesis. */
static dn_status take_prepared(const dn_sight *sight, dn_hypothesis *hypothesis, bool *taken, dn_error *error)
{
    const dn_plane *shades = &sight->shades;
    dn_candidate digit = {.evidence = {.contrast = 1,
                                       .extent = 1,
                                       .stroke = 0.1F,
                                       .swelling = 1,
                                       .share = 1,
                                       .clarity = 9,
                                       .edge = 1,
                                       .flatness = 1}};
    dn_box box;
    *taken = false;
    if (shades->height != DN_DIGIT_SIDE || shades->width != DN_DIGIT_SIDE || !sight->small)
        return DN_OK;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        digit.pixels[i] = hypothesis->dark ? (uint8_t)(UINT8_MAX - shades->data[i]) : shades->data[i];
    if (!dn_is_prepared(digit.pixels) || !dn_ink_box(digit.pixels, DN_DIGIT_SIDE, DN_DIGIT_SIDE, &box))
        return DN_OK;
    digit.box = dn_box_rectangle(box);
    hypothesis->candidates = dn_allocate(1, sizeof *hypothesis->candidates, error);
    if (!hypothesis->candidates)
        return DN_ERR_MEMORY;
    hypothesis->candidates[hypothesis->count++] = digit;
    *taken = true;
    return DN_OK;
}

/** See what the sight shows when ink is dark, or bright. */
static dn_status make_hypothesis(const dn_picture *picture, dn_mix mix, const dn_sight *sight,
                                 dn_hypothesis *hypothesis, dn_error *error)
{
    scene seen;
    dn_status status = see(sight, hypothesis->dark, &seen, error);
    if (status == DN_OK)
        status = make_candidates(picture, mix, &seen, hypothesis, error);
    free_scene(&seen);
    return status;
}

dn_status dn_hypotheses_make(const dn_picture *picture, dn_hypothesis hypotheses[DN_POLARITIES],
                             dn_error *error)
{
    dn_mix mix;
    dn_sight sight;
    for (size_t i = 0; i < DN_POLARITIES; i++)
        hypotheses[i] = (dn_hypothesis){.dark = i == 0};
    if (picture->height == 0 || picture->width == 0 ||
        (picture->channels != 1 && picture->channels != DN_COLOURS))
        return dn_fail(error, DN_ERR_SHAPE, "give a grey or a coloured picture of at least one pixel",
                       "shape [%zu, %zu, %zu], [H, W, 1] or [H, W, 3] expected", picture->height,
                       picture->width, picture->channels);
    const dn_region whole = {.height = (double)picture->height, .width = (double)picture->width};
    DN_TRY(dn_mix_choose(picture, &mix, error));
    DN_TRY(dn_sight_take(picture, mix, whole, &sight, error));
    dn_status status = DN_OK;
    bool prepared = false;
    for (size_t i = 0; i < DN_POLARITIES && status == DN_OK && !prepared; i++)
        status = take_prepared(&sight, &hypotheses[i], &prepared, error);
    for (size_t i = 0; i < DN_POLARITIES && status == DN_OK && !prepared; i++)
        status = make_hypothesis(picture, mix, &sight, &hypotheses[i], error);
    dn_plane_free(&sight.shades);
    if (status != DN_OK)
        dn_hypotheses_free(hypotheses);
    return status;
}

void dn_hypotheses_free(dn_hypothesis hypotheses[DN_POLARITIES])
{
    for (size_t i = 0; i < DN_POLARITIES; i++) {
        for (size_t k = 0; k < hypotheses[i].count; k++)
            dn_release(hypotheses[i].candidates[k].cuts);
        dn_release(hypotheses[i].candidates);
        hypotheses[i] = (dn_hypothesis){0};
    }
}
