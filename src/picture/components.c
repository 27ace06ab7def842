#include "picture/components.h"

#include "core/fail.h"
#include "core/memory.h"

#define FIRST_CAPACITY 16

/** A flood that is under way. */
typedef struct flood_state {
    const dn_plane *plane;
    uint8_t weak;
    uint32_t *labels;
    uint32_t *stack; /**< pixels whose neighbours are to be looked at: each is here once */
    size_t depth;
} flood_state;

void dn_components_free(dn_components *components)
{
    dn_release(components->labels);
    dn_release(components->items);
    *components = (dn_components){0};
}

static void reach(flood_state *flood, size_t place, uint32_t label)
{
    if (flood->labels[place] != 0 || flood->plane->data[place] < flood->weak)
        return;
    flood->labels[place] = label;
    flood->stack[flood->depth++] = (uint32_t)place;
}

static void add_pixel(const dn_plane *plane, dn_component *component, size_t y, size_t x)
{
    component->box = dn_box_join(component->box, (dn_box){y, x, y + 1, x + 1});
    component->pixels++;
    component->border += y == 0 || x == 0 || y + 1 == plane->height || x + 1 == plane->width;
}

/** Label everything connected with a pixel. */
static dn_component fill(flood_state *flood, size_t seed, uint32_t label)
{
    const size_t height = flood->plane->height;
    const size_t width = flood->plane->width;
    dn_component component = {.box = {.top = height, .left = width}};
    reach(flood, seed, label);
    while (flood->depth > 0 && width > 0) {
        const size_t place = flood->stack[--flood->depth];
        const size_t y = place / width;
        const size_t x = place % width;
        add_pixel(flood->plane, &component, y, x);
        for (size_t ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < height; ny++) {
            for (size_t nx = x > 0 ? x - 1 : 0; nx <= x + 1 && nx < width; nx++)
                reach(flood, ny * width + nx, label);
        }
    }
    return component;
}

static dn_status append(dn_components *components, size_t *capacity, dn_component component, dn_error *error)
{
    if (components->count == *capacity) {
        const size_t larger = *capacity > 0 ? 2 * *capacity : FIRST_CAPACITY;
        dn_component *moved =
            dn_reallocate(components->items, components->count, larger, sizeof *moved, error);
        if (!moved)
            return DN_ERR_MEMORY;
        components->items = moved;
        *capacity = larger;
    }
    components->items[components->count++] = component;
    return DN_OK;
}

/** Only a pixel of at least `strong` begins a flood, so that a component without one is never labelled. */
static dn_status flood_all(flood_state *flood, uint8_t strong, dn_components *components, dn_error *error)
{
    const size_t count = flood->plane->height * flood->plane->width;
    size_t capacity = 0;
    for (size_t place = 0; place < count; place++) {
        if (flood->labels[place] != 0 || flood->plane->data[place] < strong)
            continue;
        const dn_component component = fill(flood, place, (uint32_t)components->count + 1);
        DN_TRY(append(components, &capacity, component, error));
    }
    return DN_OK;
}

dn_status dn_components_find(const dn_plane *plane, uint8_t weak, uint8_t strong, dn_components *components,
                             dn_error *error)
{
    const size_t count = plane->height * plane->width;
    *components = (dn_components){.labels = dn_allocate_zeroed(count, sizeof *components->labels, error)};
    flood_state flood = {.plane = plane, .weak = weak, .labels = components->labels};
    flood.stack = dn_allocate(count, sizeof *flood.stack, error);
    dn_status status = flood.labels && flood.stack ? DN_OK : DN_ERR_MEMORY;
    if (status == DN_OK)
        status = flood_all(&flood, strong, components, error);
    dn_release(flood.stack);
    if (status != DN_OK)
        dn_components_free(components);
    return status;
}
