#include "io/thin.h"

#include <assert.h>
#include <stdlib.h>

#include "base/money.h"

enum status
thin_init(struct thin *thin, time_ns_t first, time_ns_t last, size_t columns, struct error *err)
{
    assert(columns > 0 && last >= first);
    *thin = (struct thin){.first = first, .last = last, .columns = columns};
    thin->rows = calloc(columns * THIN_KEPT_MAX, sizeof(*thin->rows));
    return thin->rows == NULL ? error_memory(err, "thinning a series") : OK;
}

static int
by_index(const void *a, const void *b)
{
    const struct thin_row *left = a, *right = b;
    return (left->index > right->index) - (left->index < right->index);
}

/* Moves the kept rows of the column, each once and in order, to the result. */
static void
end_column(struct thin *thin)
{
    if (!thin->filling)
        return;
    qsort(thin->kept, THIN_KEPT_MAX, sizeof(thin->kept[0]), by_index);
    for (size_t i = 0; i < THIN_KEPT_MAX; i++) {
        if (i == 0 || thin->kept[i].index != thin->kept[i - 1].index)
            thin->rows[thin->count++] = thin->kept[i];
    }
    thin->filling = 0;
}

void
thin_add(struct thin *thin, time_ns_t time, int64_t value, int64_t other)
{
    assert(time >= thin->first && time <= thin->last);
    const struct thin_row row = {.index = thin->seen++, .time = time, .value = {value, other}};
    const int128_t span = (int128_t)thin->last - thin->first + 1;
    const size_t column = (size_t)(((int128_t)time - thin->first) * (int64_t)thin->columns / span);
    if (thin->filling && column != thin->at)
        end_column(thin);
    if (!thin->filling) {
        thin->at = column;
        for (size_t i = 0; i < THIN_KEPT_MAX; i++)
            thin->kept[i] = row;
        thin->filling = 1;
        return;
    }
    thin->kept[1] = row;
    for (size_t i = 0; i < THIN_VALUES; i++) {
        struct thin_row *least = &thin->kept[2 + 2 * i], *most = &thin->kept[3 + 2 * i];
        if (row.value[i] < least->value[i])
            *least = row;
        if (row.value[i] > most->value[i])
            *most = row;
    }
}

void
thin_finish(struct thin *thin)
{
    end_column(thin);
}

void
thin_clear(struct thin *thin)
{
    free(thin->rows);
    *thin = (struct thin){0};
}
