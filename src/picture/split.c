#include "picture/split.h"

#include "core/memory.h"
#include "core/size.h"
#include "picture/prepare.h"

#include <string.h>

/** What is at least this wide, in hundredths of its height, may be two digits. */
#define WIDE 75
/** Cuts cross the middle of the height within these hundredths of the width, one in each of so many parts. */
#define FROM 15
#define TO 85
/** Columns for each row, in hundredths, from one slant to the next. */
#define SLANT_STEP 15
#define HUNDRED 100

/** The column of a cut in row y: `middle` at half the height. */
static ptrdiff_t column_of(const dn_plane *ink, size_t y, size_t middle, int slant)
{
    const ptrdiff_t below = (ptrdiff_t)y - (ptrdiff_t)(ink->height / 2);
    return (ptrdiff_t)middle - below * slant / HUNDRED;
}

static size_t ink_along(const dn_plane *ink, size_t middle, int slant)
{
    size_t sum = 0;
    for (size_t y = 0; y < ink->height; y++) {
        const ptrdiff_t x = column_of(ink, y, middle, slant);
        sum += x >= 0 && (size_t)x < ink->width ? ink->data[y * ink->width + (size_t)x] : 0;
    }
    return sum;
}

static size_t best_middle(const dn_plane *ink, dn_box box, int slant, size_t part)
{
    const size_t width = dn_box_width(box) * (TO - FROM) / DN_CUT_PARTS;
    const size_t from = box.left + (dn_box_width(box) * FROM + part * width) / HUNDRED;
    const size_t to = from + width / HUNDRED;
    size_t best = from;
    size_t least = SIZE_MAX;
    for (size_t x = from; x <= to; x++) {
        const size_t sum = ink_along(ink, x, slant);
        if (sum < least) {
            least = sum;
            best = x;
        }
    }
    return best;
}

/** Keep the ink on one side of a cut, and prepare it. */
static dn_status prepare_half(const dn_plane *ink, size_t middle, int slant, size_t right, uint8_t weak,
                              dn_plane *half, dn_halves *halves, dn_error *error)
{
    for (size_t y = 0; y < ink->height; y++) {
        const uint8_t *row = ink->data + y * ink->width;
        const ptrdiff_t cut = column_of(ink, y, middle, slant) + 1;
        const size_t behind = cut < 0 ? 0 : dn_smaller((size_t)cut, ink->width);
        const size_t begin = right ? behind : 0;
        const size_t end = right ? ink->width : behind;
        uint8_t *kept = half->data + y * ink->width;
        memset(kept, 0, ink->width);
        for (size_t x = begin; x < end; x++)
            kept[x] = row[x] >= weak ? row[x] : 0;
    }
    if (!dn_ink_box(half->data, half->height, half->width, &halves->box[right]))
        return DN_ERR_FORMAT;
    return dn_prepare_ink(half, halves->box[right], halves->pixels[right], error);
}

dn_status dn_split(const dn_plane *ink, dn_box box, uint8_t weak, dn_halves **cuts, size_t *count,
                   dn_error *error)
{
    dn_plane half;
    dn_status status = DN_OK;
    *cuts = NULL;
    *count = 0;
    if (dn_box_width(box) * HUNDRED < WIDE * dn_box_height(box))
        return DN_OK;
    if (dn_plane_new(&half, ink->height, ink->width, error) != DN_OK)
        return DN_ERR_MEMORY;
    *cuts = dn_allocate((size_t)DN_CUTS, sizeof **cuts, error);
    if (!*cuts)
        status = DN_ERR_MEMORY;
    for (int i = 0; i < DN_CUTS && status != DN_ERR_MEMORY; i++) {
        const int slant = (i % DN_CUT_SLANTS - DN_CUT_SLANTS / 2) * SLANT_STEP;
        const size_t middle = best_middle(ink, box, slant, (size_t)(i / DN_CUT_SLANTS));
        dn_halves *halves = &(*cuts)[*count];
        status = prepare_half(ink, middle, slant, 0, weak, &half, halves, error);
        if (status == DN_OK)
            status = prepare_half(ink, middle, slant, 1, weak, &half, halves, error);
        *count += status == DN_OK;
    }
    dn_plane_free(&half);
    return status == DN_ERR_MEMORY ? status : DN_OK;
}
