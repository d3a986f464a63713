/* Fund, waterfall, takeover and ADL. */
#include <math.h>
#include <stdio.h>

#include "engine/engine.h"
#include "engine/fees.h"
#include "engine/takeover.h"
#include "golden.h"
#include "models/adl_rank.h"
#include "models/adl_trigger.h"
#include "models/partial.h"
#include "models/takeover_kind.h"

enum { DECIMALS = 6 };

static money_t
money(double amount)
{
    return llround(amount * 1e6);
}

static double
natural(money_t amount)
{
    return money_to_double(amount, DECIMALS);
}

/* What a close-out at `fill` of one unit taken over at `bankruptcy` brings the fund. */
static struct fee_split
close_out(double fill, double bankruptcy, double cap)
{
    const struct fee_rules rules = {.surplus_cap = llround(cap * (double)RATE_ONE)};
    return fees_split(&rules, money(fill - bankruptcy), money(fabs(fill)));
}

static void
two_traders(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 4, 0))
        return;
    golden_says(row, "A deficit", close_out(in[0], in[1], 0.0).deficit > 0);
    golden_says(row, "B surplus", close_out(in[0], in[2], 0.0).surplus > 0);
}

static void
beyond_bankruptcy(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 4, 1))
        return;
    const double bankruptcy = margin_bankruptcy_price(CONTRACT_LINEAR, 1.0, in[0], in[0] / in[1]);
    golden_is(row, 0, -natural(close_out(in[3], bankruptcy, 0.0).deficit));
}

/* ---- triggers ---- */

/* One symbol's fall against the pool's peak: the pool bears what is above the line. */
static void
symbol_drawdown(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 6, 3))
        return;
    const struct adl_trigger_params params = {
        .drawdown = true, .scope = ADL_TRIGGER_SYMBOL, .rate = -in[5], .recover_rate = 0.25};
    const double fall = in[3] - in[4], base = in[1];
    golden_is(row, 0, -fall / base);
    golden_says(row, "-> ADL", adl_trigger_drawdown(&params, false, fall, base, base - fall));
    const double line = adl_trigger_line(&params, base);
    golden_is(row, 1, line);
    golden_is(row, 2, fall - line);
}

static void
depletion(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 3, 4))
        return;
    const struct adl_trigger_params params = {
        .depleted = true, .drawdown = true, .rate = -in[2], .recover_rate = -row->out[3]};
    golden_says(row, "ADL on (balance <= 0)",
                adl_trigger_depleted(&params, in[1]) && !adl_trigger_depleted(&params, in[0]));
    golden_says(row, "off when > 0", !adl_trigger_depleted(&params, 1e-6));
    /* once on it stays on at the stop ratio and ends below it */
    const double stop = -row->out[3] * in[0];
    golden_says(row, "stop ratio",
                adl_trigger_drawdown(&params, true, stop, in[0], in[0]) &&
                    !adl_trigger_drawdown(&params, true, stop - 1.0, in[0], in[0]));
}

static void
fund_drawdown(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 4, 1))
        return;
    const struct adl_trigger_params params = {
        .drawdown = true, .rate = in[2], .recover_rate = in[2]};
    golden_is(row, 0, in[1] - adl_trigger_line(&params, in[1]));
    golden_says(row, "ADL on", adl_trigger_drawdown(&params, false, in[1] - in[3], in[1], in[3]));
}

/* ---- rankings ---- */

/* Accounts by score, and the fifth of the queue each stands in; the list of fifths is read here,
 * because "80,100" is one number elsewhere. */
static void
quintiles(struct golden *row)
{
    int order[6], fifth[6];
    double total = 0.0, before = 0.0;
    if (row->in_count != 18 ||
        sscanf(row->expected, "order %d,%d,%d,%d,%d,%d -> %d,%d,%d,%d,%d,%d%%", &order[0],
               &order[1], &order[2], &order[3], &order[4], &order[5], &fifth[0], &fifth[1],
               &fifth[2], &fifth[3], &fifth[4], &fifth[5]) != 12) {
        row->failed = true;
        return;
    }
    for (size_t i = 0; i < 6; i++)
        total += row->in[3 * i + 1];
    double last = INFINITY;
    for (size_t place = 0; place < 6; place++) {
        size_t best = 6;
        for (size_t i = 0; i < 6; i++) {
            const double score = row->in[3 * i + 2];
            if (score < last && (best == 6 || score > row->in[3 * best + 2]))
                best = i;
        }
        last = row->in[3 * best + 2];
        before += row->in[3 * best + 1];
        row->compared++;
        row->failed |= (int)row->in[3 * best] != order[place] ||
                       20 * adl_rank_quintile((int64_t)before, (int64_t)total) != fifth[place];
    }
}

static double
score_of(const struct adl_type *type, double leverage, double gain)
{
    const struct adl_params params = {.seed = 0};
    const struct adl_candidate candidate = {.profit = gain,
                                            .entry_value = 1.0,
                                            .notional = leverage,
                                            .equity = 1.0,
                                            .price_ratio = 1.0 + gain,
                                            .side = 1};
    return type->score(&params, &candidate);
}

static void
two_rankings(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 4, 4))
        return;
    for (size_t i = 0; i < 2; i++) {
        golden_is(row, i, score_of(&adl_hyperliquid_documented, in[2 * i], in[2 * i + 1]));
        golden_is(row, 2 + i, score_of(&adl_hyperliquid_decompiled, in[2 * i], in[2 * i + 1]));
    }
}

/* ---- dYdX ---- */

/* The price a concession below the oracle. */
static double
fillable(double oracle, double equity, double maintenance, double mmf, double adjustment,
         double spread)
{
    const struct takeover_params params = {.bankruptcy_adjustment = adjustment,
                                           .spread_to_maintenance = spread};
    const struct takeover_situation situation = {
        .equity = equity, .maintenance = maintenance, .maintenance_rate = mmf};
    return oracle * (1.0 - takeover_fillable.limit(&params, &situation));
}

/* Oracle and rate are those of D03. */
static void
fillable_prices(struct golden *row)
{
    const double *in = row->in, oracle = 50000.0, mmf = 0.1, value = in[0] * oracle;
    if (!golden_has(row, 7, 4))
        return;
    const double equity = value + in[1], maintenance = mmf * value;
    golden_is(row, 0, fillable(oracle, equity, maintenance, mmf, in[2], in[3]));
    golden_is(row, 1, fillable(oracle, equity, maintenance, mmf, in[4], in[3]));
    golden_is(row, 2, fillable(oracle, equity, maintenance, mmf, in[2], in[5]));
    golden_is(row, 3, fillable(oracle, equity, maintenance, mmf, in[2], in[6]));
}

/* The account's equity and requirement are of both positions, at 3,000 and 50,000. */
static void
fillable_cross(struct golden *row)
{
    const double *in = row->in, eth = 3000.0, btc = 50000.0, mmf = 0.1;
    if (!golden_has(row, 3, 1))
        return;
    const double value = in[0] * eth + in[1] * btc;
    golden_is(row, 0, fillable(eth, value + in[2], mmf * value, mmf, 1.0, 0.1));
}

static void
capped_fee(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 5, 3))
        return;
    for (size_t i = 0; i < 3; i++)
        golden_is(row, i, natural(close_out(in[0], in[1], in[2 + i]).surplus));
}

static void
residue_below_cap(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 5, 2))
        return;
    golden_is(row, 0, natural(close_out(in[0], in[1], in[4]).surplus));
    golden_is(row, 1, natural(close_out(in[2], in[3], in[4]).surplus));
}

static void
sufficiency(struct golden *row)
{
    static const char *const words[] = {"valid", "invalid -> ADL", "invalid -> ADL"};
    const struct fund_rules rules = {.may_go_negative = false};
    if (!golden_has(row, 6, 0))
        return;
    char said[64];
    snprintf(said, sizeof(said), "%s | %s | %s", words[0], words[1], words[2]);
    golden_says(row, said,
                fund_rules_can_pay(&rules, money(row->in[0]), money(row->in[1])) &&
                    !fund_rules_can_pay(&rules, money(row->in[2]), money(row->in[3])) &&
                    !fund_rules_can_pay(&rules, money(row->in[4]), money(row->in[5])));
}

/* ---- small engines ---- */

struct small {
    struct engine_instrument instrument;
    struct engine_pool pool;
    struct engine_config config;
    struct engine engine;
    money_t deficit, uncovered; /* of the close-outs */
};

static void
on_closeout(void *context, const struct closeout_event *event)
{
    struct small *small = context;
    if (event->result < 0)
        small->deficit -= event->result;
    small->uncovered += event->uncovered_loss;
}

/* One linear contract: prices and money at 6 decimals, quantities at `quantity_scale`. */
static bool
open_small(struct small *small, int price_scale, int quantity_scale, double mmf, double fund)
{
    *small = (struct small){.pool = {.opening = money(fund)}};
    small->instrument.contract = (struct contract){.kind = CONTRACT_LINEAR,
                                                   .size = {1, 0},
                                                   .price_scale = price_scale,
                                                   .quantity_scale = quantity_scale,
                                                   .money_decimals = DECIMALS};
    small->instrument.rules = (struct margin_rules){
        .mode = MARGIN_FLAT,
        .tier_count = 1,
        .tier = {{INT64_MAX, INT64_MAX, llround(mmf * (double)RATE_ONE), 0, 1.0 / (2.0 * mmf)}}};
    small->config = (struct engine_config){
        .instruments = &small->instrument,
        .instrument_count = 1,
        .pools = &small->pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_linear.model, .daily_volume = 1e9},
        .adl = &adl_profit,
        .sample_every = TIME_NS_SECOND,
        .observer = {.context = small, .closeout = on_closeout},
    };
    return contract_init(&small->instrument.contract, NULL) == OK &&
           margin_rules_init(&small->instrument.rules, NULL) == OK &&
           engine_init(&small->engine, &small->config, NULL) == OK;
}

/* What a position of a cross account is taken over for: the account's quote balance is its cash. */
static double
bankruptcy_value(double oracle, double mmf, double size, double quote)
{
    struct small small;
    uint32_t account;
    money_t cost = 0;
    if (!open_small(&small, 0, 1, mmf, 0.0))
        return NAN;
    engine_mark(&small.engine, 0, (int64_t)oracle);
    const int64_t quantity = llround(size * 10.0);
    const bool good =
        engine_account(&small.engine, true, 0, &account, NULL) == OK &&
        engine_deposit(&small.engine, account, money(quote + size * oracle), NULL) == OK &&
        engine_trade_account(&small.engine, account, 0, quantity, (int64_t)oracle, NULL) == OK &&
        takeover_cost(&small.engine, 0, quantity, &cost, NULL) == OK &&
        engine_cash(&small.engine, account) == money(quote);
    engine_clear(&small.engine);
    return good ? natural(cost) : NAN;
}

static void
bankruptcy_values(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 6, 2))
        return;
    golden_is(row, 0, bankruptcy_value(in[0], in[1], in[2], in[3]));
    golden_is(row, 1, bankruptcy_value(in[0], in[1], in[4], in[5]));
}

/* A long of 0.4 whose margin puts its bankruptcy price at 0.98 - 2/19 breaches when the mark jumps
 * from 2 to 0.98, and is sold at 0.78 on average.  With `winner` a short of as much stands against
 * it. */
static bool
run_paper(struct small *small, const double *in, double fund, bool winner)
{
    const double bankruptcy = in[4] - in[5] / in[6], entry = 2.0;
    const int64_t quantity = llround(in[0] * 1e6);
    if (!open_small(small, 6, 6, 0.15, fund))
        return false;
    /* filling moves the price by twice its average concession, for a notional of q x mark */
    small->config.closeout.slippage_params.coefficient =
        2.0 * (in[1] - in[3]) / in[1] / (in[0] * in[1] / 1e6);
    const struct position positions[] = {{.quantity = quantity,
                                          .entry_value = money(in[0] * entry),
                                          .margin = money(in[0] * (entry - bankruptcy)),
                                          .close_time = TIME_NS_NEVER},
                                         {.quantity = -quantity,
                                          .entry_value = -money(in[0] * entry),
                                          .margin = money(1.0),
                                          .close_time = TIME_NS_NEVER,
                                          .account = 1}};
    engine_mark(&small->engine, 0, llround(entry * 1e6));
    engine_start(&small->engine, 0);
    bool good = engine_open_many(&small->engine, positions, winner ? 2 : 1, NULL) == OK &&
                engine_settle(&small->engine, 0, NULL) == OK;
    engine_mark(&small->engine, 0, llround(in[1] * 1e6));
    good = good && engine_settle(&small->engine, TIME_NS_SECOND, NULL) == OK;
    return good && small->engine.instruments[0].liquidations == 1;
}

static void
paper_deficit(struct golden *row)
{
    struct small small;
    if (!golden_has(row, 7, 2))
        return;
    row->failed = !run_paper(&small, row->in, 1.0, false);
    golden_is(row, 0, natural(small.deficit));
    golden_is_printed(row, 1, natural(small.deficit));
    engine_clear(&small.engine);
}

/* The position is that of P01; what the fund cannot pay is not lost: a winner takes it over. */
static void
paper_waterfall(struct golden *row)
{
    static const double first[] = {0.4, 0.98, 1.0, 0.78, 0.98, 2.0, 19.0};
    struct small small;
    if (!golden_has(row, 2, 2))
        return;
    row->failed = !run_paper(&small, first, row->in[0], true);
    golden_is(row, 0, natural(small.engine.pools[0].deficit));
    golden_is(row, 1, natural(small.engine.pools[0].adl_relief));
    golden_says(row, "ADL", small.engine.positions.open == 1 && small.uncovered == 0);
    engine_clear(&small.engine);
}

static void
base_to_liquidate(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 7, 4))
        return;
    golden_is(row, 0, partial_cover(in[0], in[2], in[1], in[3], 0.0));
    golden_is(row, 1, partial_cover(in[0], in[2], in[1], in[4], 0.0) * row->out[2]);
    golden_is(row, 3, partial_cover(in[0], in[2], in[1], in[5], in[6]));
}

const struct golden_answer golden_fund_answers[] = {
    {"Y09", two_traders},
    {"T01", beyond_bankruptcy},
    {"Y10", symbol_drawdown},
    {"Y12", depletion},
    {"O06", fund_drawdown},
    {"X04", quintiles},
    {"H03", two_rankings},
    {"D03", bankruptcy_values},
    {"D06", fillable_prices},
    {"D08", fillable_cross},
    {"D09", capped_fee},
    {"D11", residue_below_cap},
    {"D13", sufficiency},
    {"R01", base_to_liquidate},
    {"P01", paper_deficit},
    {"P03", paper_waterfall},
    {NULL, NULL},
};
