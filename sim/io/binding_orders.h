/*
 * binding_orders.h - the positions of a CSV as orders of the engine.
 */
#ifndef SIM_IO_BINDING_ORDERS_H
#define SIM_IO_BINDING_ORDERS_H

#include "io/binding.h"
#include "market/positions.h"

/* The most decimals a quantity of `symbol` has: the engine's quantities must hold them. */
int binding_orders_scale(const struct positions *positions, const char *symbol);

/* Fills binding->orders and ->accounts from the rows.  ERR_RANGE names the file and line of a row
 * whose symbol is no instrument or whose margin is finer than the currency. */
enum status binding_orders_make(struct binding *binding, const struct scenario *scenario,
                                const struct positions *positions, struct error *err) MUST_CHECK;

#endif
