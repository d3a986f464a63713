#include "engine/socialisation.h"

#include <stdlib.h>

#include "engine/holding.h"
#include "engine/liquidation.h"

/* Who gives up money, and what the shares are measured by. */
struct sharing {
    struct giver {
        uint32_t position; /* POSITION_NONE: the balance of the account */
        uint32_t account;
    } * giver;
    money_t *base, *share;
    size_t count;
};

static enum status
sharing_init(struct sharing *sharing, size_t most, struct error *err)
{
    const size_t room = most == 0 ? 1 : most;
    *sharing = (struct sharing){
        .giver = calloc(room, sizeof(*sharing->giver)),
        .base = calloc(room, sizeof(*sharing->base)),
        .share = calloc(room, sizeof(*sharing->share)),
    };
    return sharing->giver == NULL || sharing->base == NULL || sharing->share == NULL
               ? error_memory(err, "sharing a loss")
               : OK;
}

static void
sharing_clear(struct sharing *sharing)
{
    free(sharing->giver);
    free(sharing->base);
    free(sharing->share);
}

static void
add_giver(struct sharing *sharing, uint32_t position, uint32_t account, money_t base)
{
    sharing->giver[sharing->count] = (struct giver){position, account};
    sharing->base[sharing->count++] = base;
}

static void
tell(struct engine *engine, uint64_t case_id, uint32_t instrument, size_t pool, uint32_t account,
     money_t base, money_t amount)
{
    const struct socialised_event event = {
        .time = engine->now,
        .case_id = case_id,
        .account = account,
        .instrument = instrument,
        .pool = (uint32_t)pool,
        .base = (double)base,
        .amount = amount,
    };
    if (engine->observer.socialised != NULL)
        engine->observer.socialised(engine->observer.context, &event);
}

/* Moves the shares into ledger account `to`. */
static void
collect(struct engine *engine, const struct sharing *sharing, uint64_t case_id, uint32_t instrument,
        size_t pool, size_t to)
{
    struct fund *fund = &engine->pools[pool];
    for (size_t i = 0; i < sharing->count; i++) {
        const struct giver *giver = &sharing->giver[i];
        const money_t amount = sharing->share[i];
        if (amount == 0)
            continue;
        if (giver->position != POSITION_NONE) {
            holding_credit(engine, giver->position, to, -amount);
        } else {
            struct account_row *row = account_table_row(&engine->accounts, giver->account);
            row->balance = money_add(row->balance, -amount);
            ledger_post(&engine->ledger,
                        ledger_account(&engine->ledger, row->currency,
                                       row->cross ? LEDGER_MARGINS : LEDGER_WALLETS),
                        to, amount);
        }
        fund->socialized_loss = money_add(fund->socialized_loss, amount);
        tell(engine, case_id, instrument, pool, giver->account, sharing->base[i], amount);
    }
}

/* ---- by open interest ---- */

static enum status
by_open_interest(struct engine *engine, const struct claim *claim, money_t *deficit,
                 struct error *err)
{
    const struct position_table *table = &engine->positions;
    const bool opposite = engine->config->rules.socialise_params.opposite_only;
    const size_t pool = engine->config->instruments[claim->instrument].pool;
    struct sharing sharing;
    enum status status = sharing_init(&sharing, table->open, err);
    for (uint32_t i = 0; status == OK && i < table->used; i++) {
        const struct position *position = &table->row[i];
        if (position->quantity == 0 || position->instrument != claim->instrument ||
            (opposite && (position->quantity > 0) == (claim->side > 0)))
            continue;
        add_giver(&sharing, i, position->account, llabs(position->quantity));
    }
    if (status == OK) {
        *deficit -= socialise_share(*deficit, sharing.base, sharing.count, false, sharing.share);
        collect(engine, &sharing, claim->case_id, claim->instrument, pool, claim->ledger);
        if (sharing.count > 0)
            status = liquidation_arm_all(engine, claim->instrument, err);
    }
    sharing_clear(&sharing);
    return status;
}

enum status
socialisation_cover(struct engine *engine, const struct claim *claim, money_t *deficit,
                    struct error *err)
{
    const struct socialise_type *type = engine->config->rules.socialise;
    if (type == NULL || type == &socialise_none)
        return OK;
    if (type->at_period_end) {
        struct fund *fund = &engine->pools[engine->config->instruments[claim->instrument].pool];
        fund->carried = money_add(fund->carried, *deficit); /* uncovered until the period ends */
        return OK;
    }
    return type->base == SOCIALISE_BY_OPEN_INTEREST ? by_open_interest(engine, claim, deficit, err)
                                                    : OK;
}

/* ---- by the profit of a period ---- */

/* What the positions of a cross account show at the marks. */
static money_t
unrealised(const struct engine *engine, const struct account_row *row)
{
    money_t sum = 0;
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next) {
        const struct position *position = &engine->positions.row[id];
        const struct instrument_state *state = &engine->instruments[position->instrument];
        sum =
            money_add(sum, position_equity(position, &state->now.contract, state->view.mark_price));
    }
    return sum;
}

static void
gather_profits(const struct engine *engine, size_t pool, struct sharing *sharing)
{
    for (uint32_t i = 0; i < engine->accounts.count; i++) {
        const struct account_row *row = &engine->accounts.row[i];
        const money_t profit = money_add(row->profit, row->cross ? unrealised(engine, row) : 0);
        if (row->currency == engine->pools[pool].currency && profit > 0)
            add_giver(sharing, POSITION_NONE, i, profit);
    }
    for (uint32_t i = 0; i < engine->positions.used; i++) {
        const struct position *position = &engine->positions.row[i];
        const struct instrument_state *state = &engine->instruments[position->instrument];
        if (position->quantity == 0 || position->cross || state->now.pool != pool ||
            state->view.mark_price == 0)
            continue;
        const money_t profit =
            position_equity(position, &state->now.contract, state->view.mark_price) -
            position->margin;
        if (profit > 0)
            add_giver(sharing, i, position->account, profit);
    }
}

static enum status
share_pool(struct engine *engine, size_t pool, struct error *err)
{
    struct fund *fund = &engine->pools[pool];
    struct sharing sharing;
    enum status status =
        sharing_init(&sharing, engine->accounts.count + engine->positions.open, err);
    if (status == OK) {
        gather_profits(engine, pool, &sharing);
        const money_t shared =
            socialise_share(fund->carried, sharing.base, sharing.count, true, sharing.share);
        collect(engine, &sharing, 0, UINT32_MAX, pool,
                ledger_account(&engine->ledger, fund->currency, LEDGER_UNCOVERED));
        fund->uncovered_loss = money_add(fund->uncovered_loss, -shared);
        fund->carried -= shared;
    }
    sharing_clear(&sharing);
    return status;
}

enum status
socialisation_period(struct engine *engine, struct error *err)
{
    bool any = false;
    for (size_t i = 0; i < engine->config->pool_count; i++) {
        any |= engine->pools[i].carried > 0;
        if (engine->pools[i].carried > 0)
            TRY(share_pool(engine, i, err));
    }
    for (size_t i = 0; i < engine->accounts.count; i++)
        engine->accounts.row[i].profit = 0;
    engine->period_end = socialise_period_end(&engine->config->rules.socialise_params, engine->now);
    for (size_t i = 0; any && i < engine->config->instrument_count; i++) {
        if (engine->instruments[i].view.mark_price != 0)
            TRY(liquidation_arm_all(engine, i, err));
    }
    return OK;
}
