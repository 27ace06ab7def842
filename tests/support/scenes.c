#include "scenes.h"

#include "picture.h"

#include "core/random.h"
#include "data/dataset.h"

#include "digitnet/core.h"

#include <math.h>
#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define PI 3.14159265F
#define COLOURS 3

static dn_error error;

const char *const scene_names[SCENE_KINDS] = {
    "plain",    "desk",  "desk below", "ruled",     "between rules", "squared",     "glare",
    "minus",    "box",   "circle",     "underline", "shadow hard",   "shadow soft", "fold",
    "thin pen", "tight", "slanted",    "stretched", "colour",
};

/** What a picture is painted from. */
typedef struct canvas {
    size_t height, width;
    dn_tensor shades; /**< [H, W], 0 to 1: paper and what is printed on it, before the light */
    dn_tensor light;  /**< [H, W] */
    dn_tensor ink;    /**< [H, W], 0 to 1 */
    float pen;        /**< the ink's shade */
    float noise;
    dn_random random;
} canvas;

static float between(canvas *c, float low, float high)
{
    return low + (high - low) * dn_random_uniform(&c->random);
}

static size_t one_of(canvas *c, size_t low, size_t high)
{
    return low + (size_t)dn_random_below(&c->random, high - low + 1);
}

static canvas new_canvas(uint64_t seed, uint64_t kind, uint64_t index)
{
    canvas c = {.random = dn_random_stream(seed, DN_PURPOSE_TENSOR, kind, index)};
    c.height = one_of(&c, 300, 400);
    c.width = one_of(&c, 300, 400);
    c.pen = between(&c, 0.08F, 0.35F);
    c.noise = between(&c, 0.005F, 0.02F);
    return c;
}

static void open_canvas(canvas *c, float paper)
{
    c->shades = blank_picture(c->height, c->width, paper);
    c->light = blank_picture(c->height, c->width, 1.0F);
    c->ink = blank_picture(c->height, c->width, 0.0F);
}

/* ---- Digits ---- */

/** Where a digit goes and how it is drawn. */
typedef struct stamp {
    const uint8_t *digit;
    float top, left, height; /**< of its ink box */
    float slant;             /**< columns to the left for each row down */
    float stretch;           /**< width by height, of the digit's own */
    float cut;               /**< what of MNIST's grey is ink: more makes a thinner pen */
} stamp;

/** The ink box of a digit: top, left, bottom, right. */
static void find_box(const uint8_t *digit, float box[4])
{
    box[0] = box[1] = SIDE;
    box[2] = box[3] = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        const float y = (float)(i / SIDE);
        const float x = (float)(i % SIDE);
        if (digit[i] < 100)
            continue;
        box[0] = fminf(box[0], y);
        box[1] = fminf(box[1], x);
        box[2] = fmaxf(box[2], y + 1);
        box[3] = fmaxf(box[3], x + 1);
    }
}

static float pixel_of(const uint8_t *digit, int y, int x)
{
    return y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0.0F : (float)digit[y * SIDE + x] / 255.0F;
}

static float sample(const uint8_t *digit, float y, float x)
{
    const float top = floorf(y - 0.5F);
    const float left = floorf(x - 0.5F);
    const float down = y - 0.5F - top;
    const float right = x - 0.5F - left;
    const int row = (int)top;
    const int column = (int)left;
    const float above = pixel_of(digit, row, column) * (1 - right) + pixel_of(digit, row, column + 1) * right;
    const float below =
        pixel_of(digit, row + 1, column) * (1 - right) + pixel_of(digit, row + 1, column + 1) * right;
    return above * (1 - down) + below * down;
}

/** The width that a digit's ink box takes. */
static float stamp_width(const stamp *s)
{
    float box[4];
    find_box(s->digit, box);
    return (box[3] - box[1]) * s->height / (box[2] - box[0]) * s->stretch;
}

static void put(canvas *c, const stamp *s)
{
    float box[4];
    find_box(s->digit, box);
    const float scale = s->height / (box[2] - box[0]);
    const float middle_y = s->top + s->height / 2;
    for (size_t y = 0; y < c->height; y++) {
        for (size_t x = 0; x < c->width; x++) {
            const float down = (float)y + 0.5F;
            const float across = (float)x + 0.5F + s->slant * (down - middle_y);
            const float v = sample(s->digit, box[0] + (down - s->top) / scale,
                                   box[1] + (across - s->left) / (scale * s->stretch));
            const float ink = fminf(fmaxf((v - s->cut) * scale * 0.6F + 0.5F, 0.0F), 1.0F);
            float *pixel = &c->ink.data[y * c->width + x];
            *pixel = fmaxf(*pixel, ink);
        }
    }
}

static const uint8_t *choose(canvas *c, const dn_dataset *digits, unsigned label)
{
    size_t number;
    do
        number = one_of(c, 0, digits->count - 1);
    while (digits->labels[number] != label);
    return dn_dataset_image(digits, number);
}

/** A digit somewhere on the page, with a margin. */
static stamp somewhere(canvas *c, const uint8_t *digit)
{
    const float shorter = (float)(c->height < c->width ? c->height : c->width);
    stamp s = {.digit = digit, .stretch = 1, .cut = 0.5F, .height = between(c, 0.35F, 0.6F) * shorter};
    const float margin = 0.14F * shorter;
    s.top = between(c, margin, (float)c->height - s.height - margin);
    s.left = between(c, margin, fmaxf(margin, (float)c->width - stamp_width(&s) - margin));
    return s;
}

/* ---- Paper ---- */

/** A straight line in a shade: through (x, y) in a direction, so thick, between two distances along it. */
static void draw_line(canvas *c, float x, float y, float angle, float from, float to, float thickness,
                      float shade)
{
    const float dx = cosf(angle);
    const float dy = sinf(angle);
    for (size_t i = 0; i < c->height * c->width; i++) {
        const float px = (float)(i % c->width) + 0.5F - x;
        const float py = (float)(i / c->width) + 0.5F - y;
        const float along = px * dx + py * dy;
        const float off = fabsf(py * dx - px * dy);
        const float cover = fminf(fmaxf(thickness / 2 - off + 0.5F, 0.0F), 1.0F);
        if (along >= from && along <= to && cover > 0)
            c->shades.data[i] += (fminf(shade, c->shades.data[i]) - c->shades.data[i]) * cover;
    }
}

static void draw_rules(canvas *c, bool upright, float first, float distance, float thickness, float shade)
{
    const float end = (float)(upright ? c->width : c->height);
    for (float at = first; at < end; at += distance)
        draw_line(c, upright ? at : 0, upright ? 0 : at, upright ? PI / 2 : 0, -1e6F, 1e6F, thickness, shade);
}

static void add_desk(canvas *c, bool below_only)
{
    const float desk = between(c, 0.15F, 0.5F);
    const float tilt = between(c, -0.06F, 0.06F);
    const float bottom = (float)c->height - between(c, 15, 60);
    const float top = below_only ? -1e6F : between(c, 10, 40);
    const float left = below_only ? -1e6F : between(c, 10, 40);
    const float right = below_only ? 1e6F : (float)c->width - between(c, 10, 40);
    for (size_t i = 0; i < c->height * c->width; i++) {
        const float px = (float)(i % c->width) - (float)c->width / 2;
        const float py = (float)(i / c->width) - (float)c->height / 2;
        const float x = px + py * tilt + (float)c->width / 2;
        const float y = py - px * tilt + (float)c->height / 2;
        if (x < left || x > right || y < top || y > bottom)
            c->shades.data[i] = desk + between(c, -0.03F, 0.03F);
    }
}

static void add_shadow(canvas *c, float softness)
{
    const float angle = between(c, 0, 2 * PI);
    const float dark = between(c, 0.45F, 0.75F);
    const float x = between(c, 0.3F, 0.7F) * (float)c->width;
    const float y = between(c, 0.3F, 0.7F) * (float)c->height;
    for (size_t i = 0; i < c->height * c->width; i++) {
        const float off =
            ((float)(i % c->width) - x) * cosf(angle) + ((float)(i / c->width) - y) * sinf(angle);
        const float share = fminf(fmaxf(off / softness + 0.5F, 0.0F), 1.0F);
        c->light.data[i] *= 1 - (1 - dark) * share;
    }
}

static void add_glare(canvas *c)
{
    const float x = between(c, 0.1F, 0.9F) * (float)c->width;
    const float y = between(c, 0.1F, 0.9F) * (float)c->height;
    const float radius = between(c, 30, 110);
    const float strength = between(c, 0.3F, 0.7F);
    for (size_t i = 0; i < c->height * c->width; i++) {
        const float dx = (float)(i % c->width) - x;
        const float dy = (float)(i / c->width) - y;
        c->light.data[i] *= 1 + strength * expf(-(dx * dx + dy * dy) / (radius * radius));
    }
}

static void draw_ellipse(canvas *c, float x, float y, float rx, float ry, float thickness, float shade)
{
    for (size_t i = 0; i < c->height * c->width; i++) {
        const float dx = ((float)(i % c->width) + 0.5F - x) / rx;
        const float dy = ((float)(i / c->width) + 0.5F - y) / ry;
        const float off = fabsf(sqrtf(dx * dx + dy * dy) - 1) * fminf(rx, ry);
        const float cover = fminf(fmaxf(thickness / 2 - off + 0.5F, 0.0F), 1.0F);
        c->shades.data[i] += (fminf(shade, c->shades.data[i]) - c->shades.data[i]) * cover;
    }
}

/** What is on the paper beside the digit s, or where it would be. */
static void add_surroundings(canvas *c, scene_kind kind, const stamp *s)
{
    const float width = s->digit ? stamp_width(s) : s->height * 0.6F;
    const float middle_x = s->left + width / 2;
    const float middle_y = s->top + s->height / 2;
    const float half = fmaxf(width, s->height) / 2;
    switch (kind) {
    case SCENE_DESK:
    case SCENE_DESK_BELOW:
        add_desk(c, kind == SCENE_DESK_BELOW);
        return;
    case SCENE_RULED:
        draw_rules(c, false, between(c, 2, 30), between(c, 22, 60), (float)one_of(c, 1, 3),
                   between(c, 0.31F, 0.75F));
        return;
    case SCENE_BETWEEN: {
        const float thickness = (float)one_of(c, 1, 3);
        const float shade = between(c, 0.31F, 0.75F);
        draw_line(c, 0, s->top - between(c, 6, 30), 0, -1e6F, 1e6F, thickness, shade);
        draw_line(c, 0, s->top + s->height + between(c, 6, 30), 0, -1e6F, 1e6F, thickness, shade);
        return;
    }
    case SCENE_SQUARED: {
        const float distance = between(c, 18, 45);
        const float thickness = (float)one_of(c, 1, 2);
        const float shade = between(c, 0.4F, 0.75F);
        draw_rules(c, false, between(c, 2, distance), distance, thickness, shade);
        draw_rules(c, true, between(c, 2, distance), distance, thickness, shade);
        return;
    }
    case SCENE_GLARE:
        add_glare(c);
        return;
    case SCENE_MINUS: {
        const float length = between(c, 0.25F, 0.5F) * s->height;
        const float end = s->left - between(c, 12, 40);
        draw_line(c, end - length, middle_y + between(c, -10, 10), between(c, -0.08F, 0.08F), 0, length,
                  s->height * between(c, 0.06F, 0.1F), c->pen);
        return;
    }
    case SCENE_BOX: {
        const float thickness = (float)one_of(c, 1, 4);
        const float shade = between(c, 0.1F, 0.5F);
        const float out_x = width / 2 + between(c, 8, 40);
        const float out_y = s->height / 2 + between(c, 8, 40);
        draw_line(c, middle_x, middle_y - out_y, 0, -out_x, out_x, thickness, shade);
        draw_line(c, middle_x, middle_y + out_y, 0, -out_x, out_x, thickness, shade);
        draw_line(c, middle_x - out_x, middle_y, PI / 2, -out_y, out_y, thickness, shade);
        draw_line(c, middle_x + out_x, middle_y, PI / 2, -out_y, out_y, thickness, shade);
        return;
    }
    case SCENE_CIRCLE:
        draw_ellipse(c, middle_x, middle_y, half * 1.25F + between(c, 6, 25),
                     half * 1.25F + between(c, 6, 25), between(c, 2, 6), c->pen + between(c, -0.05F, 0.15F));
        return;
    case SCENE_UNDERLINE:
        draw_line(c, middle_x, s->top + s->height + between(c, 10, 30), between(c, -0.05F, 0.05F),
                  -between(c, 1.1F, 1.6F) * half, between(c, 1.1F, 1.6F) * half, between(c, 2, 7), c->pen);
        return;
    case SCENE_SHADOW_HARD:
        add_shadow(c, 2);
        return;
    case SCENE_SHADOW_SOFT:
        add_shadow(c, between(c, 40, 150));
        return;
    case SCENE_FOLD: {
        const bool upright = one_of(c, 0, 1) == 1;
        draw_line(c, between(c, 0.2F, 0.8F) * (float)c->width, between(c, 0.2F, 0.8F) * (float)c->height,
                  (upright ? PI / 2 : 0) + between(c, -0.07F, 0.07F), -1e6F, 1e6F, between(c, 1, 4),
                  between(c, 0.5F, 0.75F));
        return;
    }
    default:
        return;
    }
}

/* ---- From the canvas to a picture ---- */

static float shade_at(const dn_tensor *t, float y, float x)
{
    const float last_y = (float)(t->shape.extent[0] - 1);
    const float last_x = (float)(t->shape.extent[1] - 1);
    y = fminf(fmaxf(y, 0), last_y);
    x = fminf(fmaxf(x, 0), last_x);
    const size_t row = (size_t)y;
    const size_t column = (size_t)x;
    const size_t next_row = row + (row < (size_t)last_y);
    const size_t next_column = column + (column < (size_t)last_x);
    const float down = y - (float)row;
    const float right = x - (float)column;
    const float above = pixel_at(t, row, column) * (1 - right) + pixel_at(t, row, next_column) * right;
    const float below =
        pixel_at(t, next_row, column) * (1 - right) + pixel_at(t, next_row, next_column) * right;
    return above * (1 - down) + below * down;
}

/** Turn the picture about its middle; what comes in from outside is as the edge. */
static void turn(dn_tensor *picture, float angle)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    dn_tensor out = blank_picture(height, width, 0);
    const float c = cosf(angle);
    const float s = sinf(angle);
    for (size_t i = 0; i < height * width; i++) {
        const float x = (float)(i % width) - (float)width / 2;
        const float y = (float)(i / width) - (float)height / 2;
        out.data[i] = shade_at(picture, (float)height / 2 - s * x + c * y, (float)width / 2 + c * x + s * y);
    }
    dn_tensor_free(picture);
    *picture = out;
}

static void blur_line(float *values, size_t count, size_t stride)
{
    float before = values[0];
    for (size_t i = 0; i + 1 < count; i++) {
        const float here = values[i * stride];
        values[i * stride] = 0.22F * before + 0.56F * here + 0.22F * values[(i + 1) * stride];
        before = here;
    }
}

static void blur(dn_tensor *picture)
{
    const size_t height = picture->shape.extent[0];
    const size_t width = picture->shape.extent[1];
    for (size_t y = 0; y < height; y++)
        blur_line(picture->data + y * width, width, 1);
    for (size_t x = 0; x < width; x++)
        blur_line(picture->data + x, height, width);
}

/** What follows the light: blur, turning, noise. Hands back [1, H, W] and frees the canvas. */
static dn_tensor develop(canvas *c, bool worse)
{
    dn_tensor picture = c->shades;
    const float slope_x = worse ? between(c, -0.25F, 0.25F) : 0;
    const float slope_y = worse ? between(c, -0.25F, 0.25F) : 0;
    for (size_t i = 0; i < c->height * c->width; i++) {
        const float x = (float)(i % c->width) / (float)c->width - 0.5F;
        const float y = (float)(i / c->width) / (float)c->height - 0.5F;
        picture.data[i] += (fminf(c->pen, picture.data[i]) - picture.data[i]) * c->ink.data[i];
        picture.data[i] *= c->light.data[i] * (1 + slope_x * x + slope_y * y);
    }
    if (worse) {
        const float angle = between(c, 2, 10) * PI / 180;
        turn(&picture, one_of(c, 0, 1) ? angle : -angle);
        blur(&picture);
        blur(&picture);
    }
    add_noise(&picture, worse ? 2 * c->noise : c->noise, dn_random_bits(&c->random));
    for (size_t i = 0; i < c->height * c->width; i++)
        picture.data[i] = fminf(fmaxf(picture.data[i], 0), 1);
    dn_tensor_free(&c->light);
    dn_tensor_free(&c->ink);
    picture.shape = DN_SHAPE(1, c->height, c->width);
    picture.stride[0] = (ptrdiff_t)(c->height * c->width);
    picture.stride[1] = (ptrdiff_t)c->width;
    picture.stride[2] = 1;
    return picture;
}

/** Cut the picture at its ink's box. */
static void crop_to(canvas *c, const stamp *s)
{
    const float width = stamp_width(s);
    c->height = (size_t)s->height;
    c->width = (size_t)width;
}

/** Ink and paper of one luminance, red on teal or the other way round. */
static scene in_colour(canvas *c, stamp s, unsigned label)
{
    const float red[COLOURS] = {0.85F, 0.25F, 0.25F};
    const float teal[COLOURS] = {0.12F, 0.58F, 0.55F};
    const bool swapped = one_of(c, 0, 1) == 1;
    open_canvas(c, 0);
    put(c, &s);
    scene made = {.count = 1, .labels = {label}};
    assert_ok(dn_tensor_zeros(&made.picture, DN_SHAPE(COLOURS, c->height, c->width), &error));
    for (size_t k = 0; k < COLOURS; k++) {
        const float paper = swapped ? red[k] : teal[k];
        const float pen = swapped ? teal[k] : red[k];
        dn_tensor channel;
        assert_ok(dn_tensor_select(&made.picture, 0, k, &channel, &error));
        for (size_t i = 0; i < c->height * c->width; i++)
            channel.data[i] = paper + (pen - paper) * c->ink.data[i];
        add_noise(&channel, c->noise, dn_random_bits(&c->random));
    }
    dn_tensor_free(&c->shades);
    dn_tensor_free(&c->light);
    dn_tensor_free(&c->ink);
    return made;
}

scene scene_of_digit(scene_kind kind, const dn_dataset *digits, uint64_t seed, size_t index, bool worse)
{
    canvas c = new_canvas(seed, (uint64_t)kind + (worse ? 100 : 0), index);
    const unsigned label = (unsigned)(index % DN_DIGIT_CLASSES);
    stamp s = somewhere(&c, choose(&c, digits, label));
    scene made = {.count = 1, .labels = {label}};
    if (kind == SCENE_COLOUR)
        return in_colour(&c, s, label);
    if (kind == SCENE_THIN)
        s.cut = 0.75F;
    if (kind == SCENE_SLANTED)
        s.slant = between(&c, -0.4F, 0.4F);
    if (kind == SCENE_STRETCHED)
        s.stretch = between(&c, 0.7F, 1.4F);
    if (kind == SCENE_MINUS)
        s.left = fmaxf(s.left, 0.45F * s.height + 20);
    if (kind == SCENE_TIGHT) {
        crop_to(&c, &s);
        s.left = 0;
        s.top = 0;
    }
    open_canvas(&c, kind == SCENE_GLARE ? between(&c, 0.45F, 0.65F) : between(&c, 0.78F, 0.97F));
    add_surroundings(&c, kind, &s);
    put(&c, &s);
    made.picture = develop(&c, worse);
    return made;
}

scene scene_of_none(scene_kind kind, uint64_t seed, size_t index)
{
    canvas c = new_canvas(seed, (uint64_t)kind + 200, index);
    const float shorter = (float)(c.height < c.width ? c.height : c.width);
    stamp s = {.height = between(&c, 0.4F, 0.6F) * shorter};
    s.top = between(&c, 0.2F, 0.35F) * (float)c.height;
    s.left = between(&c, 0.25F, 0.5F) * (float)c.width;
    open_canvas(&c, kind == SCENE_GLARE ? between(&c, 0.45F, 0.65F) : between(&c, 0.78F, 0.97F));
    add_surroundings(&c, kind, &s);
    return (scene){.picture = develop(&c, false)};
}

/** The columns between the ink of two stamps, at least, over all rows; stamps of one height and top. */
static float ink_gap(const stamp *a, const stamp *b)
{
    float box_a[4];
    float box_b[4];
    find_box(a->digit, box_a);
    find_box(b->digit, box_b);
    const float scale_a = a->height / (box_a[2] - box_a[0]);
    const float scale_b = b->height / (box_b[2] - box_b[0]);
    float least = 1e6F;
    for (float y = 0; y < a->height; y += 2) {
        float right = -1e6F;
        float left = 1e6F;
        for (float x = box_a[1]; x < box_a[3]; x += 0.25F)
            if (sample(a->digit, box_a[0] + y / scale_a, x) > a->cut)
                right = a->left + (x - box_a[1]) * scale_a;
        for (float x = box_b[3]; x > box_b[1]; x -= 0.25F)
            if (sample(b->digit, box_b[0] + y / scale_b, x) > b->cut)
                left = b->left + (x - box_b[1]) * scale_b;
        least = fminf(least, left - right);
    }
    return least;
}

scene scene_of_two(scene_gap gap, const dn_dataset *digits, uint64_t seed, size_t index)
{
    canvas c = new_canvas(seed, (uint64_t)gap + 300, index);
    scene made = {.count = 2};
    stamp s[2];
    for (size_t i = 0; i < 2; i++) {
        made.labels[i] = (unsigned)one_of(&c, 0, DN_DIGIT_CLASSES - 1);
        s[i] = (stamp){.digit = choose(&c, digits, made.labels[i]), .stretch = 1, .cut = 0.5F};
    }
    s[0].height = s[1].height = between(&c, 0.3F, 0.42F) * (float)c.width;
    s[0].top = s[1].top = between(&c, 0.2F, 0.4F) * (float)c.height;
    const float wanted = gap == SCENE_APART  ? between(&c, 15, 40)
                         : gap == SCENE_NEAR ? between(&c, 3, 10)
                                             : -1.5F;
    s[0].left = 25;
    s[1].left = s[0].left + stamp_width(&s[0]);
    s[1].left += wanted - (gap == SCENE_TOUCHING ? ink_gap(&s[0], &s[1]) : 0);
    open_canvas(&c, between(&c, 0.78F, 0.97F));
    put(&c, &s[0]);
    put(&c, &s[1]);
    made.picture = develop(&c, false);
    return made;
}

scene scene_of_row(bool ruled, const dn_dataset *digits, uint64_t seed, size_t index)
{
    canvas c = new_canvas(seed, ruled ? 401 : 400, index);
    scene made = {.count = one_of(&c, 3, SCENE_MOST_DIGITS)};
    stamp s[SCENE_MOST_DIGITS];
    float left = between(&c, 30, 80);
    const float height = between(&c, 50, 110);
    for (size_t i = 0; i < made.count; i++) {
        made.labels[i] = (unsigned)one_of(&c, 0, DN_DIGIT_CLASSES - 1);
        s[i] = (stamp){.digit = choose(&c, digits, made.labels[i]),
                       .stretch = 1,
                       .cut = 0.5F,
                       .left = left,
                       .height = height * between(&c, 0.85F, 1.1F),
                       .top = between(&c, 60, 75)};
        left += stamp_width(&s[i]) + between(&c, 5, 40);
    }
    c.width = (size_t)(left + between(&c, 30, 80));
    c.height = (size_t)(height + between(&c, 140, 200));
    open_canvas(&c, between(&c, 0.78F, 0.97F));
    if (ruled)
        draw_rules(&c, false, between(&c, 2, 30), between(&c, 22, 60), (float)one_of(&c, 1, 3),
                   between(&c, 0.31F, 0.75F));
    for (size_t i = 0; i < made.count; i++)
        put(&c, &s[i]);
    made.picture = develop(&c, false);
    return made;
}

scene scene_of_page(size_t height, size_t width, const dn_dataset *digits, uint64_t seed, size_t index)
{
    canvas c = new_canvas(seed, 500 + width, index);
    scene made = {.count = 1, .labels = {(unsigned)(index % DN_DIGIT_CLASSES)}};
    stamp s = {.digit = choose(&c, digits, made.labels[0]),
               .stretch = 1,
               .cut = 0.5F,
               .height = between(&c, 60, 400)};
    c.height = height;
    c.width = width;
    s.top = between(&c, 10, (float)height - s.height - 10);
    s.left = between(&c, 10, (float)width - stamp_width(&s) - 10);
    open_canvas(&c, between(&c, 0.78F, 0.97F));
    put(&c, &s);
    made.picture = develop(&c, false);
    return made;
}
