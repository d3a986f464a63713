#include "sample_result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

struct contract
sample_contract(void)
{
    struct contract contract = {.symbol = "BTC-USDT-SWAP",
                                .settlement = "USDT",
                                .kind = CONTRACT_LINEAR,
                                .size = {1, 2},
                                .price_scale = 1,
                                .quantity_scale = 0,
                                .money_decimals = 6};
    if (contract_init(&contract, NULL) != OK)
        abort();
    return contract;
}

enum status
sample_open(struct recorder **recorder, const char *path, const char *title, struct error *err)
{
    static const char *const instruments[] = {"BTC-USDT-SWAP"};
    static const char *const pools[] = {"btc-usdt"};
    static const char *const warnings[] = {
        "BTC-USDT-SWAP: last price used as mark price",
        "BTCUSDT: built from 1-minute bars, path open-low-high-close"};
    static const struct recorder_tape tapes[] = {
        {"btcusdt-2020-03-12.tape.h5", "0f3c2d9be1a84c55a7d1c24e6f80b913", 8123456}};
    const struct contract contract = sample_contract();
    const struct contract *const pool_contracts[] = {&contract};
    const struct recorder_layout layout = {
        .title = title == NULL ? "BTC perpetual, 12\xE2\x80\x93"
                                 "13 March 2020"
                               : title,
        .scenario = "seawall: 1\ntitle: BTC perpetual\nseed: 20200312\n"
                    "funds:\n  - {pool: btc-usdt, balance: 1000.0, covers: [BTC-USDT-SWAP]}\n",
        .scenario_digest = "a7d1c24e6f80b9130f3c2d9be1a84c55",
        .seed = 20200312,
        .contracts = &contract,
        .instrument_names = instruments,
        .instrument_count = 1,
        .pool_names = pools,
        .pool_contracts = pool_contracts,
        .pool_count = 1,
        .covers = pools,
        .tapes = tapes,
        .tape_count = 1,
        .warnings = warnings,
        .warning_count = 2,
        .record_events = 1,
    };
    return recorder_open(recorder, path, &layout, err);
}

/* ---- the worked example ---- */

#define SAMPLE_PULL 0.0534 /* mean loss of a costly case, share of notional: ends near 6.2 M */
#define USDT(x) ((money_t)((double)(x)*1000000.0))

static time_ns_t
after(int seconds)
{
    return SAMPLE_START + seconds * TIME_NS_SECOND;
}

static void
change(const struct observer *o, int second, enum fund_change_kind kind, uint64_t case_id,
       money_t amount, money_t balance)
{
    o->fund(o->context, &(struct fund_change){.time = after(second),
                                              .kind = kind,
                                              .case_id = case_id,
                                              .amount = amount,
                                              .balance = balance});
}

static void
liquidate(const struct observer *o, int second, uint64_t case_id, int64_t quantity, int64_t mark,
          money_t notional)
{
    o->liquidation(o->context, &(struct liquidation_event){.time = after(second),
                                                           .case_id = case_id,
                                                           .account = (uint32_t)case_id - 1,
                                                           .quantity = quantity,
                                                           .mark_price = mark,
                                                           .margin = notional / 20,
                                                           .equity = notional / 250,
                                                           .maintenance_margin = notional / 200,
                                                           .notional = notional,
                                                           .bankruptcy_price = 6900.5,
                                                           .leverage = 20.0});
}

static void
close_out(const struct observer *o, int second, uint64_t case_id, int64_t quantity, money_t result,
          money_t uncovered, money_t fund)
{
    o->closeout(o->context, &(struct closeout_event){.time = after(second),
                                                     .case_id = case_id,
                                                     .account = (uint32_t)case_id - 1,
                                                     .cause = uncovered > 0 ? CLOSEOUT_UNCOVERED
                                                                            : CLOSEOUT_MARKET,
                                                     .quantity = quantity,
                                                     .mark_price = 70000,
                                                     .close_price = 69005,
                                                     .bankruptcy_price = 6900.5,
                                                     .slippage = 0.0015,
                                                     .result = result,
                                                     .uncovered_loss = uncovered,
                                                     .fund_after = fund});
}

static void
small_events(const struct observer *o, int second)
{
    switch (second) {
    case 0:
        change(o, 0, FUND_OPENING, 0, USDT(1000), USDT(1000));
        break;
    case 1:
        liquidate(o, 1, 1, 200, 70000, USDT(14000));
        close_out(o, 1, 1, 200, USDT(50.25), 0, USDT(1050.25));
        change(o, 1, FUND_SURPLUS, 1, USDT(50.25), USDT(1050.25));
        break;
    case 2:
        liquidate(o, 2, 2, 100, 60000, USDT(6000));
        close_out(o, 2, 2, 60, -USDT(400), 0, USDT(650.25));
        change(o, 2, FUND_DEFICIT, 2, -USDT(400), USDT(650.25));
        close_out(o, 2, 2, 40, USDT(100), 0, USDT(750.25));
        change(o, 2, FUND_SURPLUS, 2, USDT(100), USDT(750.25));
        break;
    case 3:
        liquidate(o, 3, 3, -50, 65000, USDT(3250));
        close_out(o, 3, 3, -40, -USDT(1000.5), USDT(250.25), 0);
        change(o, 3, FUND_DEFICIT, 3, -USDT(750.25), 0);
        o->adl(o->context, &(struct adl_event){.time = after(3),
                                               .case_id = 3,
                                               .account = 2,
                                               .counterparty = 7,
                                               .rank = 1,
                                               .quantity = 10,
                                               .mark_price = 65000,
                                               .price = 6375.0,
                                               .score = 3.5,
                                               .profit = USDT(80),
                                               .haircut = USDT(12.5)});
        break;
    case 4:
        change(o, 4, FUND_INJECTION, 0, USDT(500), USDT(500));
        break;
    default:
        break;
    }
}

enum status
sample_small(const char *path, const char *title, struct error *err)
{
    static const char *const accounts[] = {"alice", "bob <b>", "carol", "d",
                                           "e",     "f",       "g",     "henry"};
    static const money_t balances[] = {1000000000, 1050250000, 750250000, 0, 500000000, 500000000};
    static const int64_t marks[] = {0, 70000, 60000, 65000, 65000, 65001};
    static const money_t notionals[] = {0, 14000, 20000, 23250, 23250, 23250};
    struct recorder *recorder;
    TRY(sample_open(&recorder, path, title, err));
    const struct observer observer = recorder_observer(recorder);
    for (int i = 0; i < 6; i++) {
        small_events(&observer, i);
        const struct pool_sample pool = {.balance = balances[i],
                                         .surplus =
                                             i < 2 ? (i == 1 ? USDT(50.25) : 0) : USDT(150.25),
                                         .adl_relief = i >= 3 ? USDT(12.5) : 0,
                                         .uncovered_loss = i >= 3 ? USDT(250.25) : 0,
                                         .peak_8h = i == 0 ? USDT(1000) : USDT(1050.25),
                                         .drawdown_8h = i == 0 ? 0 : USDT(1050.25) - balances[i],
                                         .state = i == 3 ? FUND_DEPLETED : FUND_NORMAL};
        const struct instrument_sample instrument = {.mark_price = marks[i],
                                                     .last_price = marks[i],
                                                     .open_interest = 1000,
                                                     .open_interest_short = 1000,
                                                     .positions = 8,
                                                     .liquidated_notional = USDT(notionals[i]),
                                                     .liquidations = i < 4 ? (uint64_t)i : 3};
        observer.sample(observer.context, &(struct engine_sample){after(i), &pool, &instrument});
    }
    recorder_accounts(recorder, accounts, 8);
    return recorder_commit(recorder, err);
}

/* ---- the crash ---- */

enum { CRASH_SECONDS = 2 * 86400, CRASH_CASES = 3000 };

struct crash {
    const struct observer *observer;
    struct rng rng;
    struct contract contract;
    double price;
    int64_t mark;
    struct pool_sample pool;
    struct instrument_sample instrument;
    uint64_t cases;
};

/* 7,950 to 5,700 around 10:44, to 3,900 around 02:10, back to 5,500: the shape of that day. */
static double
crash_path(int second)
{
    static const double knots[][2] = {{0, 7950},     {37000, 7400}, {38400, 6900},  {41500, 5900},
                                      {46000, 6150}, {84000, 5750}, {87500, 5450},  {93000, 4700},
                                      {94200, 3900}, {97000, 4900}, {110000, 5250}, {172801, 5550}};
    size_t i = 1;
    while (knots[i][0] <= second)
        i++;
    const double share = (second - knots[i - 1][0]) / (knots[i][0] - knots[i - 1][0]);
    return knots[i - 1][1] + share * (knots[i][1] - knots[i - 1][1]);
}

/* One liquidation and its close-out at `result`; what the fund has not, ADL takes. */
static void
crash_case(struct crash *crash, int second, int64_t quantity, money_t result)
{
    const struct observer *o = crash->observer;
    const money_t notional = contract_notional(&crash->contract, quantity, crash->mark);
    const uint64_t id = ++crash->cases;
    liquidate(o, second, id, quantity, crash->mark, notional);
    crash->instrument.liquidations++;
    crash->instrument.liquidated_notional += notional;
    if (-result > crash->pool.balance) {
        o->adl(o->context, &(struct adl_event){.time = after(second),
                                               .case_id = id,
                                               .account = (uint32_t)id - 1,
                                               .counterparty = (uint32_t)(id * 7 % 4000),
                                               .rank = 1,
                                               .quantity = -quantity,
                                               .mark_price = crash->mark,
                                               .price = crash->price * 1.004,
                                               .score = 40.0,
                                               .profit = notional / 9,
                                               .haircut = -result,
                                               .fund_after = crash->pool.balance});
        crash->pool.adl_relief -= result;
        crash->pool.state = FUND_DEPLETED;
        return;
    }
    crash->pool.balance += result;
    *(result < 0 ? &crash->pool.deficit : &crash->pool.surplus) += result < 0 ? -result : result;
    close_out(o, second, id, quantity, result, 0, crash->pool.balance);
    change(o, second, result < 0 ? FUND_DEFICIT : FUND_SURPLUS, id, result, crash->pool.balance);
}

/* Liquidations come when the price makes new lows, in bursts; a third of them cost the fund. */
static void
crash_second(struct crash *crash, int second, double pull)
{
    crash->price += (crash_path(second) - crash->price) * 0.01 + rng_normal(&crash->rng, 1.1);
    crash->mark = contract_price_from_double(&crash->contract, crash->price);
    const double speed = crash_path(second) - crash_path(second + 600);
    const double rate = (speed > 0 ? speed / 1800.0 : 0.0) + 0.0016;
    for (uint32_t n = rng_poisson(&crash->rng, rate); n > 0 && crash->cases < CRASH_CASES; n--) {
        const int64_t size = (int64_t)fmin(rng_pareto(&crash->rng, 1.1, 400.0), 200000.0);
        const money_t notional = contract_notional(&crash->contract, size, crash->mark);
        const int costs = rng_uniform(&crash->rng) < 0.35;
        const double share =
            costs ? -rng_exponential(&crash->rng, pull) : rng_exponential(&crash->rng, 0.0016);
        const money_t result = (money_t)((double)notional * share);
        crash_case(crash, second, rng_uniform(&crash->rng) < 0.85 ? size : -size, result);
    }
}

enum status
sample_crash(const char *path, int fails, struct error *err)
{
    struct recorder *recorder;
    TRY(sample_open(&recorder, path, NULL, err));
    const struct observer observer = recorder_observer(recorder);
    struct crash crash = {.observer = &observer, .contract = sample_contract(), .price = 7950.0};
    rng_init(&crash.rng, 20200312, RNG_TEST, 0);
    crash.pool.balance = crash.pool.peak_8h = fails ? USDT(5000000) : USDT(12900000);
    change(&observer, 0, FUND_OPENING, 0, crash.pool.balance, crash.pool.balance);
    for (int i = 0; i < CRASH_SECONDS; i++) {
        crash_second(&crash, i, SAMPLE_PULL);
        if (crash.pool.balance > crash.pool.peak_8h)
            crash.pool.peak_8h = crash.pool.balance;
        crash.pool.drawdown_8h = crash.pool.peak_8h - crash.pool.balance;
        crash.instrument.mark_price = crash.instrument.last_price = crash.mark;
        observer.sample(observer.context,
                        &(struct engine_sample){after(i), &crash.pool, &crash.instrument});
    }
    TRY(recorder_status(recorder, err));
    return recorder_commit(recorder, err);
}
