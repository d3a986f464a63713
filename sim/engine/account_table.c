#include "engine/account_table.h"

#include <assert.h>
#include <stdlib.h>

void
account_table_clear(struct account_table *table)
{
    free(table->row);
    *table = (struct account_table){0};
}

enum status
account_table_add(struct account_table *table, bool cross, size_t currency, uint32_t *id,
                  struct error *err)
{
    if (table->count == table->capacity) {
        const size_t capacity = table->capacity < 64 ? 64 : table->capacity + table->capacity / 2;
        if (capacity >= POSITION_NONE)
            return error_set(err, ERR_RANGE, "more than %u accounts", POSITION_NONE);
        struct account_row *grown = realloc(table->row, capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "opening an account");
        table->row = grown;
        table->capacity = capacity;
    }
    *id = (uint32_t)table->count++;
    table->row[*id] = (struct account_row){
        .first = POSITION_NONE, .currency = (uint16_t)currency, .cross = cross};
    return OK;
}

struct account_row *
account_table_row(const struct account_table *table, uint32_t account)
{
    return account < table->count ? &table->row[account] : NULL;
}

void
account_table_link(struct account_table *table, struct position_table *positions, uint32_t id)
{
    struct position *position = &positions->row[id];
    struct account_row *account = account_table_row(table, position->account);
    assert(account != NULL && account->cross && position->cross);
    position->next = account->first;
    account->first = id;
    account->positions++;
}

void
account_table_unlink(struct account_table *table, struct position_table *positions, uint32_t id)
{
    const struct position *position = &positions->row[id];
    struct account_row *account = account_table_row(table, position->account);
    assert(account != NULL && account->cross && position->cross && account->positions > 0);
    uint32_t *link = &account->first;
    while (*link != id) {
        assert(*link != POSITION_NONE);
        link = &positions->row[*link].next;
    }
    *link = position->next;
    account->positions--;
}
