/** A sheet: a grid of digits, whose labels are those of its columns, or else of its rows. */
#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"
#include "io/picture.h"
#include "pack/pack.h"
#include "picture/plane.h"

#include <stdlib.h>
#include <string.h>

/** Gaps between lines are more than this many times as wide as gaps within a line. */
#define CLEAR 2.0
/** Two digits of a grid are farther apart than this, as a multiple of their height. */
#define NEAR 0.6

static double centre_of(const dn_rectangle *box, bool down)
{
    return down ? (double)box->y + 0.5 * (double)box->height : (double)box->x + 0.5 * (double)box->width;
}

static int compare_numbers(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/** The lines of a page, by the middles of the gaps between them. */
typedef struct lines {
    size_t count;
    double *borders; /**< [count - 1], rising */
} lines;

/**
 * Divide the digits of a page into so many columns (or rows: down) where the gaps between them are clear.
 *
 * Shapes  room [2 * page->count]: work memory, in which lines->borders lies then. False where there are not so many.
 */
static bool divide(const dn_page *page, bool down, size_t count, double *room, lines *found)
{
    double *centres = room;
    double *gaps = room + page->count;
    if (page->count < count)
        return false;
    for (size_t i = 0; i < page->count; i++)
        centres[i] = centre_of(&page->answers[i].box, down);
    qsort(centres, page->count, sizeof *centres, compare_numbers);
    for (size_t i = 0; i + 1 < page->count; i++)
        gaps[i] = centres[i + 1] - centres[i];
    qsort(gaps, page->count - 1, sizeof *gaps, compare_numbers);
    const size_t within = page->count - count;
    const double widest_within = within != 0 ? gaps[within - 1] : 0.0;
    *found = (lines){.count = count, .borders = gaps};
    if (count == 1)
        return true;
    const double narrowest = gaps[within];
    if (narrowest <= CLEAR * widest_within || narrowest <= 0.0)
        return false;
    size_t borders = 0;
    for (size_t i = 0; i + 1 < page->count; i++)
        if (centres[i + 1] - centres[i] >= narrowest)
            gaps[borders++] = 0.5 * (centres[i] + centres[i + 1]);
    return true;
}

static uint8_t label_of(const dn_answer *answer, bool down, const lines *found, const char *labels)
{
    const double centre = centre_of(&answer->box, down);
    size_t line = 0;
    while (line + 1 < found->count && centre > found->borders[line])
        line++;
    return (uint8_t)(labels[line] - '0');
}

/** How many digits the classifier reads as they are labelled. */
static size_t count_agreeing(const dn_page *page, bool down, const lines *found, const char *labels)
{
    size_t agreeing = 0;
    for (size_t i = 0; i < page->count; i++)
        agreeing += page->answers[i].ranking[0] == label_of(&page->answers[i], down, found, labels);
    return agreeing;
}

static bool are_near(const dn_rectangle *box, const dn_rectangle *other)
{
    const double height = (double)dn_larger(box->height, other->height);
    const double right = centre_of(box, false) - centre_of(other, false);
    const double down = centre_of(box, true) - centre_of(other, true);
    return right * right + down * down < NEAR * NEAR * height * height;
}

/** Read the digit in a box by itself: dn_answer_picture reads a digit whole where dn_answer_page reads two. */
static dn_status answer_box(const dn_pack *pack, const dn_picture *sheet, dn_box box, dn_answer *answer,
                            dn_error *error)
{
    const size_t margin = dn_box_height(box) / 4;
    const size_t top = box.top - dn_smaller(box.top, margin);
    const size_t left = box.left - dn_smaller(box.left, margin);
    const size_t bottom = dn_smaller(box.bottom + margin, sheet->height);
    const size_t right = dn_smaller(box.right + margin, sheet->width);
    dn_picture cell;
    dn_status status = dn_picture_cut(sheet, top, left, bottom - top, right - left, &cell, error);
    if (status == DN_OK)
        status = dn_answer_picture(pack->context, pack->classifier, &cell, DN_PICTURE_VIEWS, answer, error);
    dn_picture_free(&cell);
    return status;
}

/** Join the answers to parts of one digit that were cut apart: each place of a grid has one digit. */
static dn_status join_parts(const dn_pack *pack, const dn_picture *sheet, dn_page *page, dn_error *error)
{
    for (size_t i = 0; i < page->count; i++) {
        dn_answer answer = page->answers[i];
        dn_box box = dn_box_of(answer.box);
        bool is_joined = false;
        for (size_t j = i + 1; j < page->count; j++) {
            if (!are_near(&page->answers[i].box, &page->answers[j].box))
                continue;
            box = dn_box_join(box, dn_box_of(page->answers[j].box));
            page->count--;
            memmove(&page->answers[j], &page->answers[j + 1], (page->count - j) * sizeof *page->answers);
            j--;
            is_joined = true;
        }
        if (is_joined)
            DN_TRY(answer_box(pack, sheet, box, &answer, error));
        answer.box = dn_box_rectangle(box);
        page->answers[i] = answer;
    }
    return DN_OK;
}

static dn_status take_answer(dn_pack *pack, dn_pack_place place, const dn_answer *answer, uint8_t label,
                             dn_error *error)
{
    dn_error why;
    if (answer->verdict != DN_VERDICT_NONE)
        return dn_pack_take(pack, place, label, answer->pixels, answer->verdict == DN_VERDICT_SEVERAL, error);
    dn_fail(&why, DN_ERR_FORMAT, "write it in one piece", "it is no digit by itself");
    return dn_pack_refuse(pack, place, &why, error);
}

/** Take the digits, labelled by columns; or by rows, where the labels do not fit the columns or the rows fit better. */
static dn_status take_page(dn_pack *pack, const char *path, const dn_page *page, double *room,
                           dn_error *error)
{
    const size_t count = strlen(pack->labels);
    lines columns;
    lines rows;
    const bool has_columns = divide(page, false, count, room, &columns);
    const bool has_rows = divide(page, true, count, room + 2 * page->count, &rows);
    if (!has_columns && !has_rows)
        return dn_fail(error, DN_ERR_FORMAT, "cut the sheet out, straighten it, or give other --labels",
                       "its %zu digits are neither %zu columns nor %zu rows", page->count, count, count);
    const bool down = has_rows && (!has_columns || count_agreeing(page, true, &rows, pack->labels) >
                                                       count_agreeing(page, false, &columns, pack->labels));
    for (size_t i = 0; i < page->count; i++)
        DN_TRY(take_answer(pack, (dn_pack_place){path, i + 1}, &page->answers[i],
                           label_of(&page->answers[i], down, down ? &rows : &columns, pack->labels), error));
    return DN_OK;
}

dn_status dn_pack_take_sheet(dn_pack *pack, const char *path, const dn_picture *sheet, dn_error *error)
{
    dn_page page;
    DN_TRY(dn_answer_page(pack->context, pack->classifier, sheet, DN_PICTURE_VIEWS, &page, error));
    double *room = dn_allocate(4 * page.count, sizeof *room, error);
    dn_status status = room ? join_parts(pack, sheet, &page, error) : DN_ERR_MEMORY;
    if (status == DN_OK && page.count == 0)
        status = dn_fail(error, DN_ERR_FORMAT, "give a picture of digits", "there is no digit in it");
    if (status == DN_OK)
        status = take_page(pack, path, &page, room, error);
    dn_release(room);
    dn_page_free(&page);
    return status;
}
