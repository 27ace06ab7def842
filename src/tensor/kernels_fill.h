/* Part of the kernels: a sparse matrix is filled with rows of bytes, as they are and transposed, each line with its mask. */
#ifndef DN_TENSOR_KERNELS_FILL_H
#define DN_TENSOR_KERNELS_FILL_H

#include "tensor/kernels_vector.h"
#include "tensor/sparse.h"

/** Side of the squares of bytes that are transposed in registers, and the words in a vector, each of a square's row. */
#define SQUARE 8
#define SQUARES (LANES / 2)

typedef uint64_t words __attribute__((vector_size(LANES * sizeof(float))));

/** The place of byte i of a square's row in a word, counted from the low end. */
static inline size_t byte_place(size_t i)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return SQUARE - 1 - i;
#else
    return i;
#endif
}

/** Swap the bits of `mask` in one vector with those `shift` higher in another. */
static inline __attribute__((always_inline)) void swap_bits(words *high, words *low, unsigned shift,
                                                            uint64_t mask)
{
    const words changed = ((*high >> shift) ^ *low) & mask;
    *low ^= changed;
    *high ^= changed << shift;
}

/** Transpose SQUARES squares side by side: quarters of 4 x 4 bytes change places, then of 2 x 2, then single bytes. */
static inline void transpose_squares(words row[SQUARE])
{
    UNROLL for (size_t i = 0; i < 4; i++) swap_bits(&row[i], &row[i + 4], 32, 0x00000000FFFFFFFF);
    UNROLL for (size_t i = 0; i < 2; i++)
    {
        swap_bits(&row[i], &row[i + 2], 16, 0x0000FFFF0000FFFF);
        swap_bits(&row[i + 4], &row[i + 6], 16, 0x0000FFFF0000FFFF);
    }
    UNROLL for (size_t i = 0; i < SQUARE; i += 2) swap_bits(&row[i], &row[i + 1], 8, 0x00FF00FF00FF00FF);
}

/** Transpose a tile of 64 x 64 bytes. */
static void transpose_tile(const uint8_t *tile, uint8_t *turned)
{
    for (size_t first = 0; first < DN_SPARSE_BLOCK; first += (size_t)SQUARES * SQUARE) {
        for (size_t top = 0; top < DN_SPARSE_BLOCK; top += SQUARE) {
            words row[SQUARE];
            UNROLL for (size_t i = 0; i < SQUARE; i++)
                memcpy(&row[byte_place(i)], tile + (top + i) * DN_SPARSE_BLOCK + first, sizeof row[i]);
            transpose_squares(row);
            UNROLL for (size_t i = 0; i < SQUARE; i++)
            {
                UNROLL for (size_t square = 0; square < SQUARES; square++)
                {
                    const size_t line = first + square * SQUARE + i;
                    const uint64_t word = row[byte_place(i)][square];
                    memcpy(turned + line * DN_SPARSE_BLOCK + top, &word, sizeof word);
                }
            }
        }
    }
}

static void find_masks(const dn_lines *lines, size_t first)
{
    for (size_t line = first; line < first + DN_SPARSE_BLOCK; line++)
        lines->masks[line] = mask_of(lines->codes + line * DN_SPARSE_BLOCK);
}

/** Copy `columns` bytes of each row, from `begin` on, into a tile; zeros elsewhere. */
static void copy_rows(uint8_t *restrict tile, const uint8_t *const *rows, size_t count, size_t begin,
                      size_t columns)
{
    memset(tile + count * DN_SPARSE_BLOCK, 0, (DN_SPARSE_BLOCK - count) * DN_SPARSE_BLOCK);
    for (size_t row = 0; row < count; row++, tile += DN_SPARSE_BLOCK) {
        if (columns == DN_SPARSE_BLOCK) { /* a constant size, which needs no call */
            memcpy(tile, rows[row] + begin, DN_SPARSE_BLOCK);
            continue;
        }
        memcpy(tile, rows[row] + begin, columns);
        memset(tile + columns, 0, DN_SPARSE_BLOCK - columns);
    }
}

static void fill_piece(void *argument, size_t piece)
{
    const dn_sparse_filling *work = argument;
    const dn_sparse *matrix = work->matrix;
    const size_t blocks = dn_divide_up(matrix->columns, DN_SPARSE_BLOCK);
    const size_t begin = piece % blocks * DN_SPARSE_BLOCK;
    const size_t columns = dn_smaller(DN_SPARSE_BLOCK, matrix->columns - begin);
    size_t line = piece / blocks * matrix->line_count + begin;
    for (size_t done = 0; done < matrix->rows; done += DN_SPARSE_BLOCK, line += blocks * DN_SPARSE_BLOCK) {
        const size_t rows = dn_smaller(DN_SPARSE_BLOCK, matrix->rows - done);
        copy_rows(matrix->row_lines.codes + line * DN_SPARSE_BLOCK, work->rows + done, rows, begin, columns);
        transpose_tile(matrix->row_lines.codes + line * DN_SPARSE_BLOCK,
                       matrix->column_lines.codes + line * DN_SPARSE_BLOCK);
        find_masks(&matrix->row_lines, line);
        find_masks(&matrix->column_lines, line);
    }
}

#endif
