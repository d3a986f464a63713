/*
 * lot.h - the engine's inventory: taken-over positions, first in, first out.
 */
#ifndef SIM_ENGINE_LOT_H
#define SIM_ENGINE_LOT_H

#include "engine/engine.h"

enum status lot_queue_push(struct lot_queue *queue, const struct lot *lot,
                           struct error *err) MUST_CHECK;

/* The i-th lot from the front (0 <= i < count). */
struct lot *lot_queue_at(const struct lot_queue *queue, size_t i);

/* Drops the first lot, which must be empty. */
void lot_queue_drop_first(struct lot_queue *queue);

void lot_queue_clear(struct lot_queue *queue);

/* Takes `quantity` off the lot with its share of entry value and margin. */
void lot_reduce(struct lot *lot, int64_t quantity, money_t *entry_value, money_t *margin);

/* What the parts a lot is split into would cost, without taking them off. */
void lot_portion(const struct lot *lot, int64_t quantity, money_t *entry_value, money_t *margin);

/* Value at the mark less what the inventory was taken over for: sum of margin + value(mark) -
 * entry_value over the queue. */
money_t lot_queue_pnl(const struct lot_queue *queue, const struct contract *contract,
                      int64_t mark_price);

#endif
