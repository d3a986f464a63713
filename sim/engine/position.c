#include "engine/position.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#define POSITION_GENERATIONS 0x3FFFFFFFU /* they wrap around */

_Static_assert(sizeof(struct position) == 64, "a position is one cache line");

enum status
position_table_init(struct position_table *table, size_t instruments, size_t capacity,
                    struct error *err)
{
    *table = (struct position_table){
        .capacity = capacity < 64 ? 64 : capacity,
        .first_free = POSITION_NONE,
        .instruments = instruments,
        .totals = calloc(instruments, sizeof(struct position_totals)),
    };
    table->row = aligned_alloc(64, table->capacity * sizeof(struct position));
    if (table->row == NULL || table->totals == NULL) {
        position_table_clear(table);
        return error_memory(err, "opening the position table");
    }
    return OK;
}

void
position_table_clear(struct position_table *table)
{
    free(table->row);
    free(table->totals);
    *table = (struct position_table){0};
}

/* Half as much again: at a million positions, doubling would cost more memory than it saves. */
static enum status
grow(struct position_table *table, struct error *err)
{
    const size_t capacity = table->capacity + table->capacity / 2;
    if (capacity >= POSITION_NONE)
        return error_set(err, ERR_RANGE, "more than %u positions are open at once", POSITION_NONE);
    struct position *row = aligned_alloc(64, (capacity + 1) / 2 * 2 * sizeof(*row));
    if (row == NULL)
        return error_memory(err, "opening a position");
    for (size_t i = 0; i < table->used; i++)
        row[i] = table->row[i];
    free(table->row);
    table->row = row;
    table->capacity = capacity;
    return OK;
}

static void
add_quantity(struct position_totals *totals, int64_t quantity)
{
    const bool overflow =
        quantity > 0
            ? __builtin_add_overflow(totals->long_quantity, quantity, &totals->long_quantity)
            : __builtin_sub_overflow(totals->short_quantity, quantity, &totals->short_quantity);
    assert(!overflow);
    totals->version[quantity > 0 ? 0 : 1]++;
}

enum status
position_open(struct position_table *table, const struct position *position, uint32_t *id,
              struct error *err)
{
    assert(position->quantity != 0 && position->instrument < table->instruments);
    if (table->first_free == POSITION_NONE && table->used == table->capacity)
        TRY(grow(table, err));
    uint32_t generation = 0;
    if (table->first_free != POSITION_NONE) {
        *id = table->first_free;
        table->first_free = table->row[*id].next;
        generation = table->row[*id].generation + 1U;
    } else {
        *id = (uint32_t)table->used++;
    }
    struct position *row = &table->row[*id];
    *row = *position;
    row->alarm_below = POSITION_ALARM_NONE_BELOW;
    row->alarm_above = POSITION_ALARM_NONE_ABOVE;
    row->generation = generation & POSITION_GENERATIONS;
    row->held_back = false;
    row->next = POSITION_NONE;
    add_quantity(&table->totals[position->instrument], position->quantity);
    table->totals[position->instrument].count++;
    table->open++;
    return OK;
}

void
position_portion(const struct position *position, int64_t quantity, money_t *entry_value,
                 money_t *margin)
{
    *entry_value = money_portion(position->entry_value, quantity, position->quantity);
    *margin = money_portion(position->margin, quantity, position->quantity);
}

void
position_reduce(struct position_table *table, uint32_t id, int64_t quantity, money_t *entry_value,
                money_t *margin)
{
    struct position *row = &table->row[id];
    const int64_t left = row->quantity - quantity;
    assert(quantity != 0 && (quantity > 0) == (row->quantity > 0));
    assert(left == 0 || (left > 0) == (row->quantity > 0));
    position_portion(row, quantity, entry_value, margin);
    struct position_totals *totals = &table->totals[row->instrument];
    if (quantity > 0)
        totals->long_quantity -= quantity;
    else
        totals->short_quantity += quantity;
    totals->version[quantity > 0 ? 0 : 1]++;
    row->quantity = left;
    row->entry_value -= *entry_value;
    row->margin -= *margin;
    if (left != 0)
        return;
    totals->count--;
    table->open--;
    row->next = table->first_free;
    table->first_free = id;
}

void
position_increase(struct position_table *table, uint32_t id, int64_t quantity, money_t entry_value)
{
    struct position *row = &table->row[id];
    assert(quantity != 0 && (quantity > 0) == (row->quantity > 0));
    add_quantity(&table->totals[row->instrument], quantity);
    row->quantity += quantity;
    row->entry_value = money_add(row->entry_value, entry_value);
}

money_t
position_equity(const struct position *position, const struct contract *contract,
                int64_t mark_price)
{
    const money_t value = contract_value(contract, position->quantity, mark_price);
    return money_add(position->margin, money_add(value, -position->entry_value));
}
