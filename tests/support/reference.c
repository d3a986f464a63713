#include "reference.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/funding.h"

void
happenings_add(struct happenings *list, struct happening happening)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 256 : list->capacity * 2;
        list->row = realloc(list->row, list->capacity * sizeof(*list->row));
        assert(list->row != NULL);
    }
    list->row[list->count++] = happening;
}

void
happenings_clear(struct happenings *list)
{
    free(list->row);
    *list = (struct happenings){0};
}

static void
on_liquidation(void *context, const struct liquidation_event *event)
{
    happenings_add(context, (struct happening){'L', event->time, event->case_id, event->account, 0,
                                               event->quantity, event->mark_price, event->margin,
                                               event->equity});
}

static void
on_closeout(void *context, const struct closeout_event *event)
{
    happenings_add(context,
                   (struct happening){'C', event->time, event->case_id, event->account,
                                      (uint32_t)event->cause, event->quantity, event->close_price,
                                      event->result, event->uncovered_loss});
}

static void
on_adl(void *context, const struct adl_event *event)
{
    happenings_add(context, (struct happening){'A', event->time, event->case_id, event->account,
                                               event->counterparty, event->quantity,
                                               event->mark_price, event->profit, event->haircut});
}

static void
on_fund(void *context, const struct fund_change *change)
{
    if (change->kind != FUND_OPENING)
        happenings_add(context, (struct happening){'F', change->time, change->case_id, change->pool,
                                                   (uint32_t)change->kind, 0, 0, change->amount,
                                                   change->balance});
}

struct observer
happenings_observer(struct happenings *list)
{
    return (struct observer){.context = list,
                             .liquidation = on_liquidation,
                             .closeout = on_closeout,
                             .adl = on_adl,
                             .fund = on_fund};
}

/* ---- the slow engine ---- */

struct slow_lot {
    uint64_t case_id;
    uint32_t account;
    size_t instrument;
    int64_t quantity;
    money_t entry_value, margin;
    int64_t refused_mark; /* no winner took it at this mark and version of the other side */
    uint64_t refused_version;
};

struct slow {
    const struct engine_config *config;
    struct position *positions;
    size_t count;
    struct slow_lot *lots; /* in the order taken over */
    size_t lot_count;
    money_t *fund;
    int64_t *mark;
    struct market_view *views; /* prints of the instant only */
    uint64_t cases;
    time_ns_t now;
    struct happenings *list;
    uint64_t (*version)[2]; /* changes of an instrument's longs [0] and shorts [1] */
    double *score;          /* of the present ranking, one a position; < 0: not ranked */
    int64_t ranked_mark;    /* the ranking stands for this mark and version */
    uint64_t ranked_version;
    size_t ranked_instrument;
    bool ranked_longs;
};

static money_t
value(const struct slow *slow, size_t instrument, int64_t quantity, int64_t price)
{
    return contract_value(&slow->config->instruments[instrument].contract, quantity, price);
}

static bool
breached(const struct slow *slow, const struct position *p)
{
    const struct engine_instrument *rules = &slow->config->instruments[p->instrument];
    if (p->quantity == 0 || slow->mark[p->instrument] == 0)
        return false;
    const money_t now = value(slow, p->instrument, p->quantity, slow->mark[p->instrument]);
    return margin_breached(rules->rules.compare, p->margin + now - p->entry_value,
                           margin_required(&rules->rules, now < 0 ? -now : now));
}

/* Part of an amount that goes with part of a quantity. */
static money_t
part_of(money_t amount, int64_t part, int64_t whole)
{
    return part == whole ? amount : money_portion(amount, part, whole);
}

static void
fund_change(struct slow *slow, const struct slow_lot *lot, enum fund_change_kind kind,
            money_t amount)
{
    if (amount == 0)
        return;
    const size_t pool = slow->config->instruments[lot->instrument].pool;
    slow->fund[pool] += amount;
    happenings_add(slow->list, (struct happening){'F', slow->now, lot->case_id, (uint32_t)pool,
                                                  (uint32_t)kind, 0, 0, amount, slow->fund[pool]});
}

/* Sells into the market; the fund pays what it has. */
static void
slow_market(struct slow *slow, struct slow_lot *lot, int64_t quantity, int64_t price, bool last)
{
    const struct engine_instrument *rules = &slow->config->instruments[lot->instrument];
    const money_t entry = part_of(lot->entry_value, quantity, lot->quantity);
    const money_t margin = part_of(lot->margin, quantity, lot->quantity);
    const money_t worth = value(slow, lot->instrument, quantity, price);
    const money_t residue = margin + worth - entry;
    money_t fee = 0, uncovered = 0;
    if (residue > 0) {
        fee = money_share(worth < 0 ? -worth : worth, rules->rules.fee_rate);
        if (fee > residue)
            fee = residue;
        fund_change(slow, lot, FUND_FEE, fee);
        fund_change(slow, lot, FUND_SURPLUS, residue - fee);
    } else {
        const money_t have = slow->fund[rules->pool];
        const money_t paid = have < -residue ? have : -residue;
        fund_change(slow, lot, FUND_DEFICIT, -paid);
        uncovered = -residue - paid;
    }
    lot->entry_value -= entry;
    lot->margin -= margin;
    lot->quantity -= quantity;
    happenings_add(slow->list, (struct happening){'C', slow->now, lot->case_id, lot->account,
                                                  last ? CLOSEOUT_UNCOVERED : CLOSEOUT_MARKET,
                                                  quantity, price, residue - fee, uncovered});
}

static money_t
slow_residue(const struct slow *slow, const struct slow_lot *lot, int64_t quantity, int64_t price)
{
    return part_of(lot->margin, quantity, lot->quantity) +
           value(slow, lot->instrument, quantity, price) -
           part_of(lot->entry_value, quantity, lot->quantity);
}

/* Scores of all winners of one side, as they stand when the first of them is needed. */
static void
slow_rank(struct slow *slow, size_t instrument, bool longs)
{
    const uint64_t version = slow->version[instrument][longs ? 0 : 1];
    if (slow->ranked_mark == slow->mark[instrument] && slow->ranked_version == version &&
        slow->ranked_instrument == instrument && slow->ranked_longs == longs)
        return;
    slow->ranked_mark = slow->mark[instrument];
    slow->ranked_version = version;
    slow->ranked_instrument = instrument;
    slow->ranked_longs = longs;
    for (size_t i = 0; i < slow->count; i++) {
        const struct position *p = &slow->positions[i];
        slow->score[i] = -1.0;
        if (p->quantity == 0 || p->instrument != instrument || (p->quantity > 0) != longs ||
            breached(slow, p))
            continue;
        const double now = (double)value(slow, instrument, p->quantity, slow->mark[instrument]);
        const double profit = now - (double)p->entry_value;
        const double equity = (double)p->margin + profit;
        if (profit > 0.0 && equity > 0.0)
            slow->score[i] = profit / fabs((double)p->entry_value) * (fabs(now) / equity);
    }
}

/* One winner after another: each time the best of all that are left. */
static void
slow_adl(struct slow *slow, struct slow_lot *lot)
{
    uint64_t *version = &slow->version[lot->instrument][lot->quantity < 0 ? 0 : 1];
    if (lot->refused_mark == slow->mark[lot->instrument] && lot->refused_version == *version)
        return;
    bool *refused = calloc(slow->count, sizeof(*refused));
    const double *score = slow->score;
    const int64_t mark = slow->mark[lot->instrument];
    slow_rank(slow, lot->instrument, lot->quantity < 0);
    for (size_t i = 0; i < slow->count; i++)
        refused[i] = score[i] < 0.0 || slow->positions[i].quantity == 0 ||
                     breached(slow, &slow->positions[i]);
    while (lot->quantity != 0) {
        size_t best = slow->count;
        for (size_t i = 0; i < slow->count; i++) {
            if (!refused[i] && (best == slow->count || score[i] > score[best]))
                best = i;
        }
        if (best == slow->count)
            break;
        struct position *p = &slow->positions[best];
        const int64_t part =
            llabs(p->quantity) < llabs(lot->quantity) ? -p->quantity : lot->quantity;
        const money_t worth = part_of(lot->entry_value, part, lot->quantity) -
                              part_of(lot->margin, part, lot->quantity);
        const money_t entry = part_of(p->entry_value, -part, p->quantity);
        const money_t margin = part_of(p->margin, -part, p->quantity);
        const money_t profit = -worth - entry;
        refused[best] = margin + profit < 0 || part == -p->quantity;
        if (margin + profit < 0)
            continue;
        const money_t at_mark = value(slow, lot->instrument, -part, mark) - entry;
        lot->entry_value -= part_of(lot->entry_value, part, lot->quantity);
        lot->margin -= part_of(lot->margin, part, lot->quantity);
        lot->quantity -= part;
        p->entry_value -= entry;
        p->margin -= margin;
        p->quantity += part;
        slow->ranked_version = ++*version; /* its own doing: the ranking stands */
        happenings_add(slow->list,
                       (struct happening){'A', slow->now, lot->case_id, lot->account, p->account,
                                          -part, mark, profit, at_mark - profit});
    }
    if (lot->quantity != 0) {
        lot->refused_mark = mark;
        lot->refused_version = *version;
    }
    free(refused);
}

static void
slow_sell(struct slow *slow, struct slow_lot *lot, int64_t quantity, int64_t price)
{
    const size_t pool = slow->config->instruments[lot->instrument].pool;
    const money_t have = slow->fund[pool];
    const money_t residue = slow_residue(slow, lot, quantity, price);
    if (residue >= -have) {
        slow_market(slow, lot, quantity, price, false);
        return;
    }
    const int64_t sign = quantity > 0 ? 1 : -1;
    int64_t sold = (int64_t)((int128_t)llabs(quantity) * have / -residue);
    while (sold > 0 && slow_residue(slow, lot, sign * sold, price) < -have)
        sold--;
    if (sold > 0)
        slow_market(slow, lot, sign * sold, price, false);
    slow_adl(slow, lot);
    int64_t rest = llabs(quantity) - sold;
    if (rest > llabs(lot->quantity))
        rest = llabs(lot->quantity);
    if (rest > 0)
        slow_market(slow, lot, sign * rest, price, true);
}

static int64_t
close_price(const struct slow *slow, size_t instrument, int64_t quantity, double reference)
{
    const struct closeout_params *params = &slow->config->closeout;
    const struct contract *contract = &slow->config->instruments[instrument].contract;
    const int64_t near = reference < 1.0 ? 1 : (int64_t)llround(reference);
    const struct slippage_market market = {params->daily_volume, params->daily_volatility};
    const double concession =
        slippage_of(params->slippage)
            ->concession(&params->slippage_params,
                         contract_quote_notional(contract, quantity, near), &market);
    const double sign = quantity > 0 ? -1.0 : 1.0;
    const double price = nearbyint(reference * (1.0 + sign * fmin(concession, 0.99)));
    return price < 1.0 ? 1 : (int64_t)price;
}

static void
slow_take(struct slow *slow, struct position *p, const int64_t price[2])
{
    const size_t side = p->quantity > 0 ? 0 : 1;
    struct slow_lot lot = {.case_id = ++slow->cases,
                           .account = p->account,
                           .instrument = p->instrument,
                           .quantity = p->quantity,
                           .entry_value = p->entry_value,
                           .margin = p->margin};
    const int64_t mark = slow->mark[p->instrument];
    happenings_add(slow->list,
                   (struct happening){'L', slow->now, lot.case_id, lot.account, 0, lot.quantity,
                                      mark, lot.margin,
                                      lot.margin + value(slow, lot.instrument, lot.quantity, mark) -
                                          lot.entry_value});
    slow->version[p->instrument][side]++;
    p->quantity = 0;
    if (slow->config->closeout_type->at_mark)
        slow_sell(slow, &lot, lot.quantity, price[side]);
    else
        slow->lots[slow->lot_count++] = lot;
}

/* Sells from the lots held before this instant. */
static void
slow_work(struct slow *slow, size_t instrument, int sign, size_t lots_before)
{
    int64_t held = 0;
    for (size_t i = 0; i < lots_before; i++) {
        if (slow->lots[i].instrument == instrument && slow->lots[i].quantity * sign > 0)
            held += llabs(slow->lots[i].quantity);
    }
    double reference;
    const int64_t volume = market_view_volume(&slow->views[instrument], -sign, &reference);
    if (held == 0 || volume == 0)
        return;
    const struct closeout_situation situation = {.remaining = held, .volume = volume, .unit = 1};
    int64_t left = slow->config->closeout_type->fill(&slow->config->closeout, &situation);
    if (left == 0)
        return;
    const int64_t price = close_price(slow, instrument, sign * left, reference);
    for (size_t i = 0; i < slow->lot_count && left > 0; i++) {
        struct slow_lot *lot = &slow->lots[i];
        if (lot->instrument != instrument || lot->quantity * sign <= 0)
            continue;
        const int64_t part = llabs(lot->quantity) < left ? llabs(lot->quantity) : left;
        slow_sell(slow, lot, sign * part, price);
        left -= part;
    }
}

static void
slow_event(struct slow *slow, const struct world_event *event)
{
    const struct engine_instrument *rules = &slow->config->instruments[event->instrument];
    struct market_view *view = &slow->views[event->instrument];
    if (event->kind == TAPE_MARK || (event->kind == TAPE_TRADE && rules->mark_is_last))
        slow->mark[event->instrument] = event->price;
    if (event->kind == TAPE_TRADE) {
        struct market_prints *prints = event->side > 0   ? &view->bought
                                       : event->side < 0 ? &view->sold
                                                         : &view->unknown;
        prints->quantity += event->quantity;
        prints->value += (double)event->quantity * (double)event->price;
    }
    if (event->kind != TAPE_FUNDING || slow->mark[event->instrument] == 0)
        return;
    const int64_t mark = slow->mark[event->instrument];
    slow->version[event->instrument][0]++;
    slow->version[event->instrument][1]++;
    for (size_t i = 0; i < slow->count; i++) {
        if (slow->positions[i].quantity != 0 && slow->positions[i].instrument == event->instrument)
            slow->positions[i].margin +=
                funding_payment(&rules->contract, slow->positions[i].quantity, mark, event->price);
    }
    for (size_t i = 0; i < slow->lot_count; i++) {
        if (slow->lots[i].quantity != 0 && slow->lots[i].instrument == event->instrument)
            slow->lots[i].margin +=
                funding_payment(&rules->contract, slow->lots[i].quantity, mark, event->price);
    }
}

/* Takes over everything that breaches, all instruments judged before anybody is closed; true when
 * there was something. */
static bool
slow_check(struct slow *slow)
{
    bool *due = calloc(slow->count + 1, sizeof(*due));
    bool any = false;
    for (size_t i = 0; i < slow->count; i++) {
        due[i] = breached(slow, &slow->positions[i]);
        any |= due[i];
    }
    for (size_t instrument = 0; instrument < slow->config->instrument_count; instrument++) {
        int64_t quantity[2] = {0, 0}, price[2] = {0, 0};
        for (size_t i = 0; i < slow->count; i++) {
            const struct position *p = &slow->positions[i];
            if (due[i] && p->instrument == instrument)
                quantity[p->quantity > 0 ? 0 : 1] += p->quantity;
        }
        for (size_t side = 0; side < 2; side++) {
            if (quantity[side] != 0)
                price[side] =
                    close_price(slow, instrument, quantity[side], (double)slow->mark[instrument]);
        }
        for (size_t i = 0; i < slow->count; i++) {
            if (due[i] && slow->positions[i].instrument == instrument)
                slow_take(slow, &slow->positions[i], price);
        }
    }
    free(due);
    return any;
}

static void
slow_settle(struct slow *slow)
{
    const size_t lots_before = slow->lot_count;
    while (slow_check(slow)) {
    }
    for (size_t instrument = 0; instrument < slow->config->instrument_count; instrument++) {
        slow_work(slow, instrument, 1, lots_before);
        slow_work(slow, instrument, -1, lots_before);
        market_view_next_instant(&slow->views[instrument]);
    }
}

void
reference_run(const struct engine_config *config, const struct position *positions,
              size_t position_count, const struct world_event *events, size_t event_count,
              struct happenings *list)
{
    static const enum tape_kind order[] = {TAPE_INDEX, TAPE_TRADE, TAPE_MARK, TAPE_FUNDING};
    struct slow slow = {
        .config = config,
        .positions = calloc(position_count + 1, sizeof(struct position)),
        .count = position_count,
        .lots = calloc(position_count + 1, sizeof(struct slow_lot)),
        .fund = calloc(config->pool_count, sizeof(money_t)),
        .mark = calloc(config->instrument_count, sizeof(int64_t)),
        .views = calloc(config->instrument_count, sizeof(struct market_view)),
        .list = list,
        .score = calloc(position_count + 1, sizeof(double)),
        .version = calloc(config->instrument_count, sizeof(*slow.version)),
    };
    for (size_t i = 0; i < position_count; i++)
        slow.positions[i] = positions[i];
    for (size_t i = 0; i < config->pool_count; i++)
        slow.fund[i] = config->pools[i].opening;
    for (size_t i = 0; i < event_count;) {
        slow.now = events[i].time;
        size_t end = i;
        while (end < event_count && events[end].time == slow.now)
            end++;
        for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
            for (size_t j = i; j < end; j++) {
                if (events[j].kind == order[k])
                    slow_event(&slow, &events[j]);
            }
        }
        slow_settle(&slow);
        i = end;
    }
    free(slow.positions);
    free(slow.lots);
    free(slow.fund);
    free(slow.mark);
    free(slow.views);
    free(slow.score);
    free(slow.version);
}
