/** Pictures in the terminal, by shades of plain characters: they need no colour and survive in a log. */
#ifndef DN_CLI_DRAW_H
#define DN_CLI_DRAW_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** How many pictures of that width stand side by side in so many columns, at least 1. */
size_t cli_draw_fit(size_t width, size_t columns);

/**
 * Draw pictures side by side, each with a caption above, in as many rows as the width needs.
 *
 * Shapes  images [count, height, width], 0 dark to 255 bright; captions [count], may be NULL.
 * Units   columns is the width to fill. A character is one pixel wide and two high (their mean).
 */
void cli_draw(FILE *stream, const uint8_t *images, size_t count, size_t height, size_t width,
              const char *const *captions, size_t columns);

#endif
