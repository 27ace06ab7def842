#include "picture/ink.h"

#include "core/fail.h"
#include "core/memory.h"
#include "picture/levels.h"
#include "picture/paper.h"
#include "picture/resample.h"

/** A map's shorter side, and its pixels, are at most these. */
#define MAP_SIDE 256
#define MAP_PIXELS ((size_t)1 << 22)
/** Smoothing reaches this part of the shorter side: less than a pen stroke of a digit that fills the picture. */
#define SMOOTH_DIVISOR 96
/** Ink that stands out less than this from the paper (of black to white) is none. */
#define LEAST_CONTRAST 0.02F
/** Ink begins so many standard deviations of noise above the paper ... */
#define NOISE_FACTOR 4.0F
/** ... and at this part of full ink: next to nothing where pixels are large, the slope's foot where smoothed. */
#define FAINT_SHARE 0.02F
#define FAINT_SHARE_SMOOTH 0.2F
/** A piece below this part of the largest one's mass is a speck. */
#define SPECK_SHARE 0.05
/** When the largest piece has less than this part of all mass, the picture is noise. */
#define LARGEST_SHARE 0.15
/** A frame has this part of its mass in the picture's margin and spans this part of a side. */
#define FRAME_MARGIN_SHARE 0.7
#define FRAME_SPAN 0.75
/** ... and what it frames has at least this part of its mass. */
#define FRAMED_SHARE 0.05
#define FRAME_MARGIN_DIVISOR 8
/** Pieces count as side by side with a gap of this part of the height of the tallest, if this part as tall. */
#define GAP_SHARE 0.05
#define TALL_SHARE 0.5

void dn_ink_free(dn_ink *ink)
{
    dn_tensor_free(&ink->map);
    *ink = (dn_ink){0};
}

static size_t shorter(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- The map ---- */

/** How many pixels of the picture go into one of the map, along a side. */
static size_t cell_size(size_t height, size_t width)
{
    size_t cell = (shorter(height, width) + MAP_SIDE - 1) / MAP_SIDE;
    while (height / cell > MAP_PIXELS / (width / cell > 0 ? width / cell : 1))
        cell++;
    return cell;
}

/** A copy of the picture, smaller where it is large, with what is no shade made black. */
static dn_status make_map(const dn_tensor *grey, dn_ink *ink, dn_error *error)
{
    const size_t cell = cell_size(grey->shape.extent[0], grey->shape.extent[1]);
    const dn_shape shape =
        DN_SHAPE((grey->shape.extent[0] + cell - 1) / cell, (grey->shape.extent[1] + cell - 1) / cell);
    DN_TRY(dn_tensor_zeros(&ink->map, shape, error));
    DN_TRY(dn_resample(grey, dn_region_whole(grey), DN_BEYOND_IGNORED, &ink->map, error));
    ink->softened = cell > 1;
    const size_t count = dn_tensor_count(&ink->map);
    for (size_t i = 0; i < count; i++) {
        const float shade = ink->map.data[i];
        ink->map.data[i] = !(shade > 0.0F) ? 0.0F : shade > 1.0F ? 1.0F : shade;
    }
    return DN_OK;
}

/** Replace each value by the mean of those within reach. copy has room for count. */
static void smooth_line(float *values, size_t count, size_t stride, size_t reach, float *copy)
{
    for (size_t i = 0; i < count; i++)
        copy[i] = values[i * stride];
    for (size_t i = 0; i < count; i++) {
        const size_t begin = i > reach ? i - reach : 0;
        const size_t end = i + reach < count ? i + reach + 1 : count;
        double sum = 0.0;
        for (size_t j = begin; j < end; j++)
            sum += (double)copy[j];
        values[i * stride] = (float)(sum / (double)(end - begin));
    }
}

static dn_status smooth(dn_ink *ink, dn_error *error)
{
    const size_t height = ink->map.shape.extent[0];
    const size_t width = ink->map.shape.extent[1];
    const size_t reach = shorter(height, width) / SMOOTH_DIVISOR;
    if (reach == 0)
        return DN_OK;
    float *copy = dn_allocate(height + width, sizeof *copy, error);
    if (!copy)
        return DN_ERR_MEMORY;
    for (size_t y = 0; y < height; y++)
        smooth_line(ink->map.data + y * width, width, 1, reach, copy);
    for (size_t x = 0; x < width; x++)
        smooth_line(ink->map.data + x, height, width, reach, copy);
    ink->softened = true;
    dn_release(copy);
    return DN_OK;
}

/* ---- Pieces ---- */

static bool is_frame(const dn_piece *piece, dn_shape shape)
{
    const double height = (double)(piece->box.bottom - piece->box.top);
    const double width = (double)(piece->box.right - piece->box.left);
    return piece->margin > FRAME_MARGIN_SHARE * piece->mass &&
           (height > FRAME_SPAN * (double)shape.extent[0] || width > FRAME_SPAN * (double)shape.extent[1]);
}

/** Drop frames, if there is something in them. */
static void drop_frames(dn_pieces *found, dn_shape shape)
{
    double frame = 0.0;
    double framed = 0.0;
    for (size_t i = 0; i < found->count; i++) {
        const double mass = found->pieces[i].mass;
        double *largest = is_frame(&found->pieces[i], shape) ? &frame : &framed;
        *largest = mass > *largest ? mass : *largest;
    }
    for (size_t i = 0; i < found->count && framed > FRAMED_SHARE * frame; i++) {
        if (is_frame(&found->pieces[i], shape))
            found->pieces[i].mass = 0.0;
    }
}

/** Drop specks: pieces that are left have a mass above 0. False when there are specks alone: noise. */
static bool drop_specks(dn_pieces *found)
{
    double largest = 0.0;
    double total = 0.0;
    for (size_t i = 0; i < found->count; i++) {
        total += found->pieces[i].mass;
        largest = found->pieces[i].mass > largest ? found->pieces[i].mass : largest;
    }
    for (size_t i = 0; i < found->count; i++) {
        if (found->pieces[i].mass < SPECK_SHARE * largest)
            found->pieces[i].mass = 0.0;
    }
    return largest > 0.0 && largest >= LARGEST_SHARE * total;
}

static dn_box join(dn_box a, dn_box b)
{
    return (dn_box){.top = a.top < b.top ? a.top : b.top,
                    .left = a.left < b.left ? a.left : b.left,
                    .bottom = a.bottom > b.bottom ? a.bottom : b.bottom,
                    .right = a.right > b.right ? a.right : b.right};
}

static int compare_left(const dn_piece *a, const dn_piece *b)
{
    return (a->box.left > b->box.left) - (a->box.left < b->box.left);
}

/** The piece that is left of all others from `begin` on moves to `begin`. */
static void bring_leftmost(dn_piece *pieces, size_t count, size_t begin)
{
    for (size_t i = begin + 1; i < count; i++) {
        if (compare_left(&pieces[i], &pieces[begin]) < 0) {
            const dn_piece piece = pieces[i];
            pieces[i] = pieces[begin];
            pieces[begin] = piece;
        }
    }
}

/** Join what is not side by side with a gap, going right; count the groups that are tall. Reorders the pieces. */
static size_t count_parts(dn_piece *pieces, size_t count, size_t tallest)
{
    const double gap = GAP_SHARE * (double)tallest;
    size_t parts = 0;
    for (size_t i = 0; i < count;) {
        bring_leftmost(pieces, count, i);
        dn_box group = pieces[i].box;
        for (i++; i < count; i++) {
            bring_leftmost(pieces, count, i);
            if ((double)pieces[i].box.left > (double)group.right + gap)
                break;
            group = join(group, pieces[i].box);
        }
        parts += (double)(group.bottom - group.top) >= TALL_SHARE * (double)tallest;
    }
    return parts;
}

/** Note the box of what is left, and how many parts it has. */
static void measure(dn_pieces *found, dn_ink *ink)
{
    size_t kept = 0;
    size_t tallest = 0;
    for (size_t i = 0; i < found->count; i++) {
        const dn_piece piece = found->pieces[i];
        if (!(piece.mass > 0.0))
            continue;
        const size_t height = piece.box.bottom - piece.box.top;
        ink->box = kept == 0 ? piece.box : join(ink->box, piece.box);
        tallest = height > tallest ? height : tallest;
        found->pieces[kept++] = piece;
    }
    ink->parts = count_parts(found->pieces, kept, tallest);
}

/** Scale the pixels of what is left to 0 to 1; all others are no ink. */
static void scale(const dn_pieces *found, dn_levels levels, dn_tensor *map)
{
    const size_t count = dn_tensor_count(map);
    for (size_t i = 0; i < count; i++) {
        const uint32_t label = found->labels[i];
        const bool kept = label != 0 && found->pieces[label - 1].mass > 0.0;
        const float share = kept ? (map->data[i] - levels.paper) / (levels.ink - levels.paper) : 0.0F;
        map->data[i] = share > 1.0F ? 1.0F : share;
    }
}

static dn_status fail_no_ink(dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, "give a picture of one digit that stands out from its paper",
                   "there is no ink in it");
}

static dn_status separate(dn_ink *ink, dn_error *error)
{
    const dn_levels levels = dn_levels_find(&ink->map);
    const float contrast = levels.ink - levels.paper;
    if (!(contrast >= LEAST_CONTRAST))
        return fail_no_ink(error);
    const size_t side = shorter(ink->map.shape.extent[0], ink->map.shape.extent[1]);
    const bool smoothed = side / SMOOTH_DIVISOR > 0;
    const float faint = contrast * (smoothed ? FAINT_SHARE_SMOOTH : FAINT_SHARE);
    const float noise = NOISE_FACTOR * levels.noise;
    const float weak = levels.paper + (noise > faint ? noise : faint);
    dn_pieces found;
    DN_TRY(dn_pieces_find(&ink->map, weak, levels.split, side / FRAME_MARGIN_DIVISOR, &found, error));
    drop_frames(&found, ink->map.shape);
    const bool some = drop_specks(&found);
    if (some) {
        scale(&found, levels, &ink->map);
        measure(&found, ink);
    }
    dn_pieces_free(&found);
    return some ? DN_OK : fail_no_ink(error);
}

dn_status dn_ink_find(const dn_tensor *grey, dn_ink *ink, dn_error *error)
{
    *ink = (dn_ink){0};
    dn_status status = make_map(grey, ink, error);
    if (status == DN_OK)
        status = dn_paper_subtract(&ink->map, &ink->dark, error);
    if (status == DN_OK)
        status = smooth(ink, error);
    if (status == DN_OK)
        status = separate(ink, error);
    if (status != DN_OK)
        dn_ink_free(ink);
    return status;
}
