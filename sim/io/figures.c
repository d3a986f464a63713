#include "io/figures.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum status
figures_init(struct figures *figures, size_t pool_count, const struct contract *contracts,
             const uint32_t *pool_of, size_t instrument_count, struct error *err)
{
    *figures = (struct figures){
        .pool_count = pool_count, .contracts = contracts, .instrument_count = instrument_count};
    figures->pools = calloc(pool_count + 1, sizeof(*figures->pools));
    figures->pool_of = calloc(instrument_count + 1, sizeof(*figures->pool_of));
    if (figures->pools == NULL || figures->pool_of == NULL)
        return error_memory(err, "setting up key figures");
    for (size_t i = 0; i < instrument_count; i++)
        figures->pool_of[i] = pool_of[i];
    return OK;
}

void
figures_clear(struct figures *figures)
{
    free(figures->pools);
    free(figures->pool_of);
    caseload_clear(&figures->cases);
    *figures = (struct figures){0};
}

static struct figures_pool *
pool_at(struct figures *figures, uint32_t instrument)
{
    assert(figures->pool_of[instrument] < figures->pool_count);
    return &figures->pools[figures->pool_of[instrument]];
}

/* A case that is over: whether it cost the fund. */
static void
end_case(struct figures *figures, struct caseload_entry *entry)
{
    figures->pools[entry->pool].costing += entry->result < 0;
    caseload_remove(&figures->cases, entry);
}

enum status
figures_liquidation(struct figures *figures, const struct liquidation_event *event,
                    struct error *err)
{
    struct figures_pool *pool = pool_at(figures, event->instrument);
    struct caseload_entry *entry = caseload_find(&figures->cases, event->case_id);
    if (event->step == LIQUIDATION_RESTORED || event->step == LIQUIDATION_CLOSED) {
        if (entry != NULL)
            end_case(figures, entry);
        return OK;
    }
    if (entry == NULL) {
        entry = caseload_entry(&figures->cases, event->case_id);
        if (entry == NULL)
            return error_memory(err, "keeping the open liquidations");
        pool->figures.liquidations++;
    }
    entry->pool = figures->pool_of[event->instrument];
    if (event->step != LIQUIDATION_TAKEOVER)
        return OK;
    entry->remaining += llabs(event->quantity);
    pool->figures.liquidated_notional += event->notional;
    return OK;
}

/* Closes `quantity` of a case with `result`; counts the case when nothing of it remains. */
static void
close_part(struct figures *figures, uint64_t case_id, int64_t quantity, money_t result)
{
    struct caseload_entry *entry = caseload_find(&figures->cases, case_id);
    if (entry == NULL)
        return;
    entry->remaining -= llabs(quantity);
    entry->result += result;
    if (entry->remaining <= 0)
        end_case(figures, entry);
}

/* A part that was closed before anybody took the account over: the case goes on. */
static void
close_step(struct figures *figures, const struct closeout_event *event)
{
    struct figures_pool *pool = pool_at(figures, event->instrument);
    struct caseload_entry *entry = caseload_find(&figures->cases, event->case_id);
    pool->figures.liquidated_notional += contract_notional(&figures->contracts[event->instrument],
                                                           event->quantity, event->mark_price);
    if (entry != NULL)
        entry->result += event->result;
}

static void
mark_depleted(struct figures_pool *pool, time_ns_t time)
{
    if (!pool->figures.depleted)
        pool->figures.depletion_time = time;
    pool->figures.depleted = 1;
}

void
figures_closeout(struct figures *figures, const struct closeout_event *event)
{
    struct figures_pool *pool = pool_at(figures, event->instrument);
    pool->figures.uncovered_loss_total += event->uncovered_loss;
    if (event->uncovered_loss > 0)
        mark_depleted(pool, event->time);
    const struct caseload_entry *entry = caseload_find(&figures->cases, event->case_id);
    if (entry != NULL && entry->remaining == 0)
        close_step(figures, event);
    else
        close_part(figures, event->case_id, event->quantity, event->result);
}

void
figures_adl(struct figures *figures, const struct adl_event *event)
{
    struct figures_pool *pool = pool_at(figures, event->instrument);
    const struct contract *contract = &figures->contracts[event->instrument];
    pool->figures.adl_count++;
    pool->figures.adl_notional += contract_notional(contract, event->quantity, event->mark_price);
    if (event->depleted)
        mark_depleted(pool, event->time);
    close_part(figures, event->case_id, event->quantity, 0);
}

void
figures_socialised(struct figures *figures, const struct socialised_event *event)
{
    struct figures_pool *pool = &figures->pools[event->pool];
    pool->figures.socialized_loss_total += event->amount;
    mark_depleted(pool, event->time);
}

/* The balance, its low and its fall from the running peak. */
static void
follow_balance(struct figures_pool *pool, const struct fund_change *change)
{
    struct layout_figures *figures = &pool->figures;
    if (!pool->started || change->balance < figures->balance_lowest) {
        figures->balance_lowest = change->balance;
        figures->balance_lowest_time = change->time;
    }
    if (!pool->started) {
        figures->balance_opening = change->balance;
        figures->drawdown_max_time = change->time;
    }
    if (!pool->started || change->balance > pool->peak)
        pool->peak = change->balance;
    pool->started = 1;
    figures->balance_closing = change->balance;
    if (pool->peak - change->balance > figures->drawdown_max) {
        figures->drawdown_max = pool->peak - change->balance;
        figures->drawdown_max_time = change->time;
        figures->drawdown_max_share =
            pool->peak > 0 ? (double)figures->drawdown_max / (double)pool->peak : 0.0;
    }
}

void
figures_fund(struct figures *figures, const struct fund_change *change)
{
    assert(change->pool < figures->pool_count);
    struct figures_pool *pool = &figures->pools[change->pool];
    follow_balance(pool, change);
    switch (change->kind) {
    case FUND_SURPLUS:
        pool->figures.surplus_total += change->amount;
        break;
    case FUND_FEE:
        pool->figures.fee_total += change->amount;
        break;
    case FUND_DEFICIT:
        pool->figures.deficit_total -= change->amount;
        break;
    case FUND_INJECTION:
        pool->figures.injection_total += change->amount;
        break;
    case FUND_TAKEOVER:
    case FUND_VARIATION:
    case FUND_FUNDING:
    case FUND_DISCOUNT:
    case FUND_COST:
        pool->figures.other_total += change->amount;
        break;
    case FUND_OPENING:
    case FUND_CHANGE_KINDS:
        break;
    }
}

/* What the pools' inventories are worth at the mark, from one sample. */
static void
follow_inventory(struct figures *figures, const struct engine_sample *sample)
{
    for (size_t i = 0; i < figures->pool_count; i++) {
        figures->pools[i].figures.inventory_pnl_closing = 0;
        figures->pools[i].figures.inventory_left = 0;
    }
    for (size_t i = 0; i < figures->instrument_count; i++) {
        struct layout_figures *pool = &figures->pools[figures->pool_of[i]].figures;
        pool->inventory_pnl_closing += sample->instruments[i].inventory_pnl;
        pool->inventory_left += sample->instruments[i].inventory_gross != 0;
    }
    for (size_t i = 0; i < figures->pool_count; i++) {
        struct layout_figures *pool = &figures->pools[i].figures;
        const money_t worth =
            sample->pools[i].balance + sample->pools[i].pending + pool->inventory_pnl_closing;
        if (pool->worth_lowest_time == 0 || worth < pool->worth_lowest) {
            pool->worth_lowest = worth;
            pool->worth_lowest_time = sample->time;
        }
        if (pool->inventory_pnl_closing < pool->inventory_pnl_lowest) {
            pool->inventory_pnl_lowest = pool->inventory_pnl_closing;
            pool->inventory_pnl_lowest_time = sample->time;
        }
    }
}

void
figures_sample(struct figures *figures, const struct engine_sample *sample)
{
    follow_inventory(figures, sample);
    for (size_t i = 0; i < figures->pool_count; i++) {
        figures->pools[i].figures.adl_relief_total = sample->pools[i].adl_relief;
        figures->pools[i].figures.uncovered_loss_total = sample->pools[i].uncovered_loss;
        if (sample->pools[i].state == FUND_DEPLETED)
            mark_depleted(&figures->pools[i], sample->time);
    }
}

static enum layout_outcome
outcome_of(const struct layout_figures *figures)
{
    if (figures->depleted || figures->balance_closing + figures->inventory_pnl_closing < 0)
        return LAYOUT_DID_NOT_HOLD;
    if (figures->worth_lowest < 0)
        return LAYOUT_HELD_ON_PAPER;
    return figures->adl_count > 0 ? LAYOUT_HELD_BY_ADL : LAYOUT_HELD;
}

void
figures_finish(struct figures *figures)
{
    for (size_t i = 0; i < figures->cases.capacity; i++) {
        const struct caseload_entry *entry = &figures->cases.slots[i];
        if (entry->case_id != 0)
            figures->pools[entry->pool].costing += entry->result < 0;
    }
    for (size_t i = 0; i < figures->pool_count; i++) {
        struct figures_pool *pool = &figures->pools[i];
        const double count = (double)pool->figures.liquidations;
        pool->figures.outcome = outcome_of(&pool->figures);
        pool->figures.share_costing_fund =
            pool->figures.liquidations == 0 ? (double)NAN : (double)pool->costing / count;
    }
}
