#include "io/binding_orders.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/fixed.h"

/* An account's name and its row in the account table. */
struct account {
    char name[POSITIONS_ACCOUNT_MAX];
    uint32_t number;
    UT_hash_handle hh;
};

/* What building the orders needs. */
struct builder {
    struct binding *binding;
    const struct scenario *scenario;
    struct account *accounts; /* by name */
    struct account *spare;    /* the memory of all of them, from the first unused on */
    bool any_cross;
    const struct positions_row *two_currencies; /* the first whose account has another one too */
};

int
binding_orders_scale(const struct positions *positions, const char *symbol)
{
    int scale = 0;
    for (size_t i = 0; i < positions->count; i++) {
        const struct positions_row *row = &positions->rows[i];
        if (strcmp(row->symbol, symbol) == 0 && row->quantity.scale > scale)
            scale = row->quantity.scale;
    }
    return scale;
}

static enum status
row_error(const struct builder *builder, const struct positions_row *row, const char *what,
          struct error *err)
{
    return error_set(err, ERR_RANGE, "%s:%llu: error: account %s: %s",
                     builder->scenario->population_params.file, (unsigned long long)row->line,
                     row->account, what);
}

static enum status
find_account(struct builder *builder, const char *name, uint32_t *number, struct error *err)
{
    struct account *account;
    HASH_FIND_STR(builder->accounts, name, account);
    if (account != NULL) {
        *number = account->number;
        return OK;
    }
    struct binding *binding = builder->binding;
    char **names = realloc(binding->accounts, (binding->account_count + 1) * sizeof(*names));
    if (names != NULL)
        binding->accounts = names;
    char *copy = strdup(name);
    if (names == NULL || copy == NULL) {
        free(copy);
        return error_memory(err, "naming the accounts");
    }
    *number = (uint32_t)binding->account_count;
    names[binding->account_count++] = copy;
    account = builder->spare++;
    account->number = *number;
    memcpy(account->name, name, strlen(name) + 1);
    HASH_ADD_STR(builder->accounts, name, account);
    return OK;
}

static bool
find_instrument(const struct builder *builder, const char *symbol, uint32_t *instrument)
{
    for (size_t i = 0; i < builder->scenario->instrument_count; i++) {
        if (strcmp(builder->binding->symbols[i], symbol) == 0) {
            *instrument = (uint32_t)i;
            return true;
        }
    }
    return false;
}

/* Values above this are refused: sums of them must stay within 64 bits. */
static const double value_max = 1e17;

/* The value at an entry price that may be finer than the tape's. */
static enum status
entry_value(const struct builder *builder, const struct positions_row *row,
            const struct contract *contract, int64_t quantity, money_t *value, struct error *err)
{
    struct contract fine = *contract;
    struct decimal price = row->entry_price;
    if (price.scale < fine.price_scale) {
        if (fixed_rescale(price.value, price.scale, fine.price_scale, &price.value) != FIXED_OK)
            return row_error(builder, row, "the entry price does not fit the tape's scale", err);
    } else {
        fine.price_scale = price.scale;
    }
    TRY(contract_init(&fine, err));
    const double size = fabs((double)quantity) * (double)fine.numerator / (double)fine.denominator;
    const double money =
        fine.kind == CONTRACT_LINEAR ? size * (double)price.value : size / (double)price.value;
    if (!(money < value_max))
        return row_error(builder, row, "quantity times entry price does not fit 64 bits", err);
    *value = contract_value(&fine, quantity, price.value);
    return OK;
}

/* Whether a position is cross: backed by the balance of its account, which has one currency. */
static bool
is_cross(struct builder *builder, const struct positions_row *row, const struct position *position)
{
    const struct binding *binding = builder->binding;
    struct holder_account *account = &builder->binding->followed[position->account];
    const size_t pool = binding->instruments[position->instrument].pool;
    const size_t currency = binding->pools[pool].currency;
    const bool cross = row->mode == POSITIONS_MODE_OF_VENUE
                           ? builder->scenario->venue.margin_mode == MODE_CROSS
                           : row->mode == POSITIONS_CROSS;
    if (account->currency == SIZE_MAX)
        *account = (struct holder_account){cross, currency};
    account->cross |= cross;
    if (account->currency != currency && builder->two_currencies == NULL)
        builder->two_currencies = row;
    return cross;
}

/* Where the money behind a position is: its own margin, or the balance of a cross account. */
static enum status
place_margin(struct builder *builder, const struct positions_row *row, struct holder_order *order,
             struct error *err)
{
    struct position *position = &order->position;
    const bool cross = is_cross(builder, row, position);
    order->deposit = position->margin;
    if (cross) {
        position->cross = true;
        position->margin = 0;
        builder->any_cross = true;
    }
    if (row->order_margin.value == 0)
        return OK;
    if (!cross)
        return row_error(builder, row, "only a cross position has an order_margin", err);
    const struct contract *contract = &builder->binding->instruments[position->instrument].contract;
    if (fixed_rescale(row->order_margin.value, row->order_margin.scale, contract->money_decimals,
                      &order->order_margin) != FIXED_OK)
        return row_error(builder, row,
                         "the order_margin is finer than the settlement currency, or does not fit "
                         "64 bits",
                         err);
    return OK;
}

static enum status
make_order(struct builder *builder, const struct positions_row *row, struct holder_order *order,
           struct error *err)
{
    const struct binding *binding = builder->binding;
    struct position position = {.close_time = row->close};
    if (!find_instrument(builder, row->symbol, &position.instrument))
        return row_error(builder, row, "its symbol is no instrument of the scenario", err);
    const struct contract *contract = &binding->instruments[position.instrument].contract;
    int64_t quantity;
    if (fixed_rescale(row->quantity.value, row->quantity.scale, contract->quantity_scale,
                      &quantity) != FIXED_OK)
        return row_error(builder, row, "the quantity does not fit 64 bits", err);
    position.quantity = row->side * quantity;
    TRY(entry_value(builder, row, contract, position.quantity, &position.entry_value, err));
    const struct margin_rules *rules = &binding->instruments[position.instrument].rules;
    const double leverage_max =
        rules->tier[margin_tier_at(rules, position.quantity, llabs(position.entry_value))]
            .leverage_max;
    if (row->leverage > leverage_max) {
        char what[96];
        snprintf(what, sizeof(what), "a leverage of %g is above the %g its risk tier allows",
                 row->leverage, leverage_max);
        return row_error(builder, row, what, err);
    }
    if (row->leverage > 0.0 && row->leverage < 1.0)
        return row_error(builder, row, "a leverage below 1 is not a leveraged position", err);
    if (row->leverage > 0.0) {
        position.margin = margin_initial(llabs(position.entry_value), row->leverage);
    } else {
        switch (fixed_rescale(row->margin.value, row->margin.scale, contract->money_decimals,
                              &position.margin)) {
        case FIXED_OK:
            break;
        case FIXED_INEXACT:
            return row_error(builder, row, "the margin is finer than the settlement currency", err);
        default:
            return row_error(builder, row, "the margin does not fit 64 bits", err);
        }
    }
    TRY(find_account(builder, row->account, &position.account, err));
    *order = (struct holder_order){
        .open = row->open > binding->from ? row->open : binding->from,
        .position = position,
    };
    return place_margin(builder, row, order, err);
}

/* By opening time; accounts are numbered in the order of the file and decide among equals, then the
 * instrument: no account opens the same one twice at a time. */
static int
compare_orders(const void *a, const void *b)
{
    const struct holder_order *x = a, *y = b;
    if (x->open != y->open)
        return (x->open > y->open) - (x->open < y->open);
    const uint64_t first = (uint64_t)x->position.account << 32 | x->position.instrument;
    const uint64_t second = (uint64_t)y->position.account << 32 | y->position.instrument;
    return (first > second) - (first < second);
}

/* Longs and shorts of a market are equal; those of a file need not be, and ADL then finds fewer on
 * the smaller side. */
static enum status
warn_unbalanced(struct binding *binding, size_t instrument, struct error *err)
{
    const struct contract *contract = &binding->instruments[instrument].contract;
    double side[2] = {0.0, 0.0};
    for (size_t i = 0; i < binding->holders.order_count; i++) {
        const struct holder_order *order = &binding->orders[i];
        if (order->position.instrument == instrument && order->open == binding->from)
            side[order->position.quantity > 0 ? 0 : 1] +=
                fabs(contract_quantity(contract, order->position.quantity));
    }
    if (side[0] == side[1])
        return OK;
    return binding_warn(binding, err,
                        "%s: the file holds %g contracts long and %g short at the start; the "
                        "difference is held by nobody who could be closed by ADL",
                        binding->symbols[instrument], side[0], side[1]);
}

enum status
binding_orders_make(struct binding *binding, const struct scenario *scenario,
                    const struct positions *positions, struct error *err)
{
    /* a position has one account */
    struct account *accounts = calloc(positions->count + 1, sizeof(*accounts));
    struct builder builder = {.binding = binding, .scenario = scenario, .spare = accounts};
    enum status status = OK;
    size_t left_out = 0;
    binding->orders = calloc(positions->count + 1, sizeof(*binding->orders));
    binding->followed = calloc(positions->count + 1, sizeof(*binding->followed));
    for (size_t i = 0; binding->followed != NULL && i < positions->count; i++)
        binding->followed[i].currency = SIZE_MAX; /* not seen yet */
    if (binding->orders == NULL || accounts == NULL || binding->followed == NULL)
        status = error_memory(err, "reading positions");
    for (size_t i = 0; status == OK && i < positions->count; i++) {
        const struct positions_row *row = &positions->rows[i];
        if (row->close <= binding->from || row->open >= binding->to) {
            left_out++;
            continue;
        }
        status = make_order(&builder, row, &binding->orders[binding->holders.order_count], err);
        binding->holders.order_count += status == OK;
    }
    if (status == OK && builder.any_cross && builder.two_currencies != NULL)
        status =
            row_error(&builder, builder.two_currencies,
                      "has positions in two settlement currencies: an account that is followed "
                      "has one",
                      err);
    HASH_CLEAR(hh, builder.accounts);
    free(accounts);
    if (status != OK)
        return status;
    qsort(binding->orders, binding->holders.order_count, sizeof(*binding->orders), compare_orders);
    binding->holders.orders = binding->orders;
    if (builder.any_cross) {
        binding->holders.accounts = binding->followed;
        binding->holders.account_count = binding->account_count;
    }
    for (size_t i = 0; i < scenario->instrument_count; i++)
        TRY(warn_unbalanced(binding, i, err));
    if (left_out > 0)
        return binding_warn(binding, err,
                            "%zu positions of %s are closed before the window or "
                            "open after it and take no part",
                            left_out, scenario->population_params.file);
    return OK;
}
