#include "cli/draw.h"

#include "core/size.h"

/** From no ink to full ink. */
static const char shades[] = " .:-=+*#%@";
#define SHADES (sizeof shades - 1)
#define GAP 2

static char shade_of(unsigned level)
{
    return shades[(level * (SHADES - 1) + 127) / 255];
}

/** Draw two rows of pixels as one line of characters. */
static void draw_line(FILE *stream, const uint8_t *image, size_t row, size_t height, size_t width)
{
    for (size_t column = 0; column < width; column++) {
        const unsigned upper = image[row * width + column];
        const unsigned lower = row + 1 < height ? image[(row + 1) * width + column] : upper;
        putc(shade_of((upper + lower + 1) / 2), stream);
    }
}

static void draw_group(FILE *stream, const uint8_t *images, size_t count, size_t height, size_t width,
                       const char *const *captions)
{
    for (size_t i = 0; i < count && captions; i++)
        fprintf(stream, "%-*.*s%*s", (int)width, (int)width, captions[i], GAP, "");
    if (captions)
        putc('\n', stream);
    for (size_t row = 0; row < height; row += 2) {
        for (size_t i = 0; i < count; i++) {
            draw_line(stream, images + i * height * width, row, height, width);
            fprintf(stream, "%*s", i + 1 < count ? GAP : 0, "");
        }
        putc('\n', stream);
    }
}

size_t cli_draw_fit(size_t width, size_t columns)
{
    const size_t fit = (columns + GAP) / (width + GAP);
    return fit > 0 ? fit : 1;
}

void cli_draw(FILE *stream, const uint8_t *images, size_t count, size_t height, size_t width,
              const char *const *captions, size_t columns)
{
    const size_t group = cli_draw_fit(width, columns);
    for (size_t first = 0; first < count; first += group) {
        const size_t left = count - first;
        draw_group(stream, images + first * height * width, dn_smaller(left, group), height, width,
                   captions ? captions + first : NULL);
    }
}
