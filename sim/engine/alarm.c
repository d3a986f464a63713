#include "engine/alarm.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HEAP_MIN = 1024, HEAP_ARITY = 4, RADIX_BITS = 8, RADIX_SIZE = 1 << RADIX_BITS };

void
alarm_init(struct alarm_side *side, int direction)
{
    assert(direction == 1 || direction == -1);
    *side = (struct alarm_side){.direction = direction};
}

void
alarm_clear(struct alarm_side *side)
{
    free(side->run);
    free(side->heap);
    alarm_init(side, side->direction == 0 ? 1 : side->direction);
}

static bool
before(const struct alarm_entry *a, const struct alarm_entry *b)
{
    return a->key < b->key || (a->key == b->key && a->position < b->position);
}

static int64_t
alarm_of(const struct alarm_side *side, const struct position *position)
{
    return side->direction > 0 ? position->alarm_above : position->alarm_below;
}

/* The position is open and still waits for exactly this alarm. */
static bool
is_current(const struct alarm_side *side, const struct position_table *table,
           const struct alarm_entry *entry)
{
    const struct position *row = &table->row[entry->position];
    return row->quantity != 0 && row->instrument == entry->instrument &&
           alarm_of(side, row) * side->direction == entry->key;
}

static enum status
reserve(struct alarm_entry **entries, size_t *capacity, size_t count, struct error *err)
{
    if (count <= *capacity)
        return OK;
    struct alarm_entry *grown = realloc(*entries, count * sizeof(**entries));
    if (grown == NULL)
        return error_memory(err, "arming positions");
    *entries = grown;
    *capacity = count;
    return OK;
}

static void
sift_up(struct alarm_entry *heap, size_t i)
{
    const struct alarm_entry entry = heap[i];
    while (i > 0) {
        const size_t parent = (i - 1) / HEAP_ARITY;
        if (!before(&entry, &heap[parent]))
            break;
        heap[i] = heap[parent];
        i = parent;
    }
    heap[i] = entry;
}

static void
sift_down(struct alarm_entry *heap, size_t count, size_t i)
{
    const struct alarm_entry entry = heap[i];
    for (;;) {
        const size_t first = i * HEAP_ARITY + 1;
        if (first >= count)
            break;
        size_t least = first;
        const size_t end = first + HEAP_ARITY < count ? first + HEAP_ARITY : count;
        for (size_t child = first + 1; child < end; child++) {
            if (before(&heap[child], &heap[least]))
                least = child;
        }
        if (!before(&heap[least], &entry))
            break;
        heap[i] = heap[least];
        i = least;
    }
    heap[i] = entry;
}

static struct alarm_entry
heap_pop(struct alarm_side *side)
{
    const struct alarm_entry top = side->heap[0];
    side->heap[0] = side->heap[--side->heap_count];
    if (side->heap_count > 1)
        sift_down(side->heap, side->heap_count, 0);
    return top;
}

/* Least significant digit first, stable, skipping digits all keys share: with equal keys in
 * position order before, they stay in position order.  The result may end in either array. */
static struct alarm_entry *
radix_sort(struct alarm_entry *entries, struct alarm_entry *scratch, size_t count)
{
    for (unsigned shift = 0; shift < 64; shift += RADIX_BITS) {
        size_t start[RADIX_SIZE] = {0};
        for (size_t i = 0; i < count; i++)
            start[((uint64_t)entries[i].key ^ UINT64_C(1) << 63) >> shift & (RADIX_SIZE - 1)]++;
        size_t sum = 0;
        bool shared = false;
        for (size_t digit = 0; digit < RADIX_SIZE; digit++) {
            const size_t here = start[digit];
            shared |= here == count;
            start[digit] = sum;
            sum += here;
        }
        if (shared)
            continue;
        for (size_t i = 0; i < count; i++) {
            const size_t digit =
                ((uint64_t)entries[i].key ^ UINT64_C(1) << 63) >> shift & (RADIX_SIZE - 1);
            scratch[start[digit]++] = entries[i];
        }
        struct alarm_entry *swap = entries;
        entries = scratch;
        scratch = swap;
    }
    return entries;
}

/* Merges heap and run, current entries only, into a new run. */
static enum status
merge(struct alarm_side *side, const struct position_table *table, struct error *err)
{
    const size_t most = side->end - side->head + side->heap_count;
    struct alarm_entry *run = malloc((most == 0 ? 1 : most) * sizeof(*run));
    if (run == NULL)
        return error_memory(err, "arming positions");
    size_t count = 0;
    while (side->head < side->end || side->heap_count > 0) {
        const bool from_heap =
            side->head == side->end ||
            (side->heap_count > 0 && before(&side->heap[0], &side->run[side->head]));
        const struct alarm_entry entry = from_heap ? heap_pop(side) : side->run[side->head++];
        /* A position armed twice at one price is kept once. */
        const bool again = count > 0 && run[count - 1].key == entry.key &&
                           run[count - 1].position == entry.position;
        if (!again && is_current(side, table, &entry))
            run[count++] = entry;
    }
    free(side->run);
    side->run = run;
    side->run_capacity = most == 0 ? 1 : most;
    side->head = 0;
    side->end = count;
    return OK;
}

enum status
alarm_add(struct alarm_side *side, const struct position_table *table, int64_t price,
          uint32_t position, struct error *err)
{
    const size_t run_left = side->end - side->head;
    const size_t limit = run_left / 8 > HEAP_MIN ? run_left / 8 : HEAP_MIN;
    if (side->heap_count >= limit)
        TRY(merge(side, table, err));
    if (side->heap_count == side->heap_capacity)
        TRY(reserve(&side->heap, &side->heap_capacity,
                    side->heap_capacity < 64 ? 64 : side->heap_capacity * 2, err));
    side->heap[side->heap_count] = (struct alarm_entry){
        .key = price * side->direction,
        .position = position,
        .instrument = table->row[position].instrument,
    };
    sift_up(side->heap, side->heap_count++);
    return OK;
}

enum status
alarm_rebuild(struct alarm_side *side, const struct position_table *table, uint32_t instrument,
              struct error *err)
{
    const int64_t none =
        side->direction > 0 ? POSITION_ALARM_NONE_ABOVE : POSITION_ALARM_NONE_BELOW;
    size_t count = 0;
    for (size_t i = 0; i < table->used; i++) {
        const struct position *row = &table->row[i];
        count += row->quantity != 0 && row->instrument == instrument && alarm_of(side, row) != none;
    }
    side->head = side->end = side->heap_count = 0;
    TRY(reserve(&side->run, &side->run_capacity, count, err));
    size_t end = 0;
    for (size_t i = 0; i < table->used; i++) {
        const struct position *row = &table->row[i];
        if (row->quantity == 0 || row->instrument != instrument || alarm_of(side, row) == none)
            continue;
        side->run[end++] = (struct alarm_entry){
            .key = alarm_of(side, row) * side->direction,
            .position = (uint32_t)i,
            .instrument = instrument,
        };
    }
    if (end > 1) {
        struct alarm_entry *scratch = malloc(end * sizeof(*scratch));
        if (scratch == NULL)
            return error_memory(err, "arming positions");
        struct alarm_entry *sorted = radix_sort(side->run, scratch, end);
        if (sorted != side->run)
            memcpy(side->run, sorted, end * sizeof(*sorted));
        free(scratch);
    }
    side->end = end;
    return OK;
}

/* The nearest entry, or NULL. */
static const struct alarm_entry *
nearest(const struct alarm_side *side)
{
    const struct alarm_entry *run = side->head < side->end ? &side->run[side->head] : NULL;
    const struct alarm_entry *heap = side->heap_count > 0 ? &side->heap[0] : NULL;
    if (run == NULL || heap == NULL)
        return run != NULL ? run : heap;
    return before(heap, run) ? heap : run;
}

int64_t
alarm_nearest(const struct alarm_side *side)
{
    const struct alarm_entry *entry = nearest(side);
    if (entry == NULL)
        return side->direction > 0 ? POSITION_ALARM_NONE_ABOVE : POSITION_ALARM_NONE_BELOW;
    return entry->key * side->direction;
}

uint32_t
alarm_take(struct alarm_side *side, const struct position_table *table, int64_t mark_price)
{
    const int64_t due = mark_price * side->direction;
    for (;;) {
        const struct alarm_entry *entry = nearest(side);
        if (entry == NULL || entry->key > due)
            return POSITION_NONE;
        const struct alarm_entry taken = *entry;
        if (side->heap_count > 0 && entry == &side->heap[0]) {
            heap_pop(side);
        } else {
            side->head++;
            /* A storm walks along the run: fetch the rows it will ask for next. */
            if (side->head + 8 < side->end)
                __builtin_prefetch(&table->row[side->run[side->head + 8].position], 1);
        }
        if (is_current(side, table, &taken))
            return taken.position;
    }
}

size_t
alarm_bytes(const struct alarm_side *side)
{
    return (side->run_capacity + side->heap_capacity) * sizeof(struct alarm_entry);
}
