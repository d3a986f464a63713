#include "engine/lot.h"

#include <assert.h>
#include <stdlib.h>

struct lot *
lot_queue_at(const struct lot_queue *queue, size_t i)
{
    assert(i < queue->count);
    return &queue->lot[(queue->head + i) % queue->capacity];
}

enum status
lot_queue_push(struct lot_queue *queue, const struct lot *lot, struct error *err)
{
    if (queue->count == queue->capacity) {
        const size_t capacity = queue->capacity < 16 ? 16 : queue->capacity * 2;
        struct lot *grown = malloc(capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "taking a position into the inventory");
        for (size_t i = 0; i < queue->count; i++)
            grown[i] = *lot_queue_at(queue, i);
        free(queue->lot);
        queue->lot = grown;
        queue->head = 0;
        queue->capacity = capacity;
    }
    queue->lot[(queue->head + queue->count++) % queue->capacity] = *lot;
    const bool overflow =
        __builtin_add_overflow(queue->quantity, llabs(lot->quantity), &queue->quantity);
    assert(!overflow);
    return OK;
}

void
lot_queue_drop_first(struct lot_queue *queue)
{
    assert(lot_queue_at(queue, 0)->quantity == 0);
    queue->head = (queue->head + 1) % queue->capacity;
    queue->count--;
}

void
lot_queue_clear(struct lot_queue *queue)
{
    free(queue->lot);
    *queue = (struct lot_queue){0};
}

void
lot_portion(const struct lot *lot, int64_t quantity, money_t *entry_value, money_t *margin)
{
    assert(quantity != 0 && (quantity > 0) == (lot->quantity > 0));
    assert(llabs(quantity) <= llabs(lot->quantity));
    *entry_value = money_portion(lot->entry_value, quantity, lot->quantity);
    *margin = money_portion(lot->margin, quantity, lot->quantity);
}

void
lot_reduce(struct lot *lot, int64_t quantity, money_t *entry_value, money_t *margin)
{
    lot_portion(lot, quantity, entry_value, margin);
    lot->quantity -= quantity;
    lot->entry_value -= *entry_value;
    lot->margin -= *margin;
}

money_t
lot_queue_pnl(const struct lot_queue *queue, const struct contract *contract, int64_t mark_price)
{
    money_t pnl = 0;
    for (size_t i = 0; i < queue->count; i++) {
        const struct lot *lot = lot_queue_at(queue, i);
        const money_t value = contract_value(contract, lot->quantity, mark_price);
        pnl = money_add(pnl, money_add(lot->margin, money_add(value, -lot->entry_value)));
    }
    return pnl;
}
