/*
 * The invariants of the mechanics, as laws of random runs: looked at before and after every
 * settling, whatever happens in it.
 *
 *     1  nobody's wealth comes from nowhere: traders' equity, wallets, funds, inventory at the mark
 *        and losses nobody paid change in a settling only by what selling away from the mark cost
 *     2  in ADL both sides settle at one price, the bankruptcy price
 *     3  who is taken over beyond his bankruptcy price was before it a moment ago: the mark jumped
 *     4  a fund never owes, and a loss is left uncovered only when it is empty
 */
#include "cmocka_all.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"
#include "quick.h"
#include "world.h"

enum { WORLDS = 600 };

/* What the observer heard since the last settling began, and what the marks were before it. */
struct witness {
    const struct world *world;
    int128_t concession[WORLD_INSTRUMENTS]; /* value at the close less value at the mark */
    int64_t splits[WORLD_INSTRUMENTS];      /* events that round */
    int64_t mark_before[WORLD_INSTRUMENTS];
    bool funded[WORLD_INSTRUMENTS]; /* a funding payment came in this instant */
    size_t takeovers, jumps, adl, uncovered;
};

static void
on_liquidation(void *context, const struct liquidation_event *event)
{
    struct witness *witness = context;
    const int sign = event->quantity > 0 ? 1 : -1;
    const struct engine_instrument *rules = &witness->world->instruments[event->instrument];
    witness->takeovers++;
    assert_true(event->equity <= event->maintenance_margin);
    const double mark = contract_price(&rules->contract, event->mark_price);
    const int64_t before = witness->mark_before[event->instrument];
    const double step = 1.0 / (double)fixed_power_of_ten[rules->contract.price_scale];
    if (event->equity < 0) {
        /* A money unit of rounding may be many price units of a tiny position. */
        const double unit = fabs(mark * (1.0 / (double)event->notional)) + step;
        assert_true(sign * (mark - event->bankruptcy_price) <= unit);
        if (before == 0 || witness->funded[event->instrument])
            return;
        assert_true(sign * (contract_price(&rules->contract, before) - event->bankruptcy_price) >=
                    -unit);
        witness->jumps++;
    }
}

static void
on_closeout(void *context, const struct closeout_event *event)
{
    struct witness *witness = context;
    const struct contract *contract = &witness->world->instruments[event->instrument].contract;
    witness->concession[event->instrument] +=
        contract_value(contract, event->quantity, event->close_price) -
        contract_value(contract, event->quantity, event->mark_price);
    witness->splits[event->instrument] += 3;
    assert_true(event->fund_after >= 0 && event->fee >= 0 && event->uncovered_loss >= 0);
    if (event->uncovered_loss > 0)
        assert_int_equal(event->fund_after, 0);
    witness->uncovered += event->uncovered_loss > 0;
}

static void
on_adl(void *context, const struct adl_event *event)
{
    struct witness *witness = context;
    const struct contract *contract = &witness->world->instruments[event->instrument].contract;
    /* The winner's entry value, from his profit at the mark; then what he settled at. */
    const money_t entry_value = contract_value(contract, event->quantity, event->mark_price) -
                                event->profit - event->haircut;
    const double settled = (double)(entry_value + event->profit);
    const double units =
        (double)event->quantity * (double)contract->numerator / (double)contract->denominator;
    const double price = event->price * (double)fixed_power_of_ten[contract->price_scale];
    const double expected = contract->kind == CONTRACT_LINEAR ? units * price : -units / price;
    if (!(fabs(settled - expected) <= 4.0))
        fail_msg("ADL of case %" PRIu64 ": settled at %g, the bankruptcy price is worth %g",
                 event->case_id, settled, expected);
    witness->splits[event->instrument] += 3;
    witness->adl++;
}

/* All there is in the currency of an instrument, at its mark. */
static int128_t
wealth(const struct engine *engine, size_t instrument)
{
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    const struct instrument_state *state = &engine->instruments[instrument];
    const size_t currency =
        engine->config->pools[engine->config->instruments[instrument].pool].currency;
    int128_t sum = (int128_t)ledger_balance(
                       &engine->ledger, ledger_account(&engine->ledger, currency, LEDGER_WALLETS)) +
                   ledger_balance(&engine->ledger,
                                  ledger_account(&engine->ledger, currency, LEDGER_UNCOVERED)) +
                   ledger_balance(&engine->ledger, engine->pools[instrument].account);
    if (state->view.mark_price == 0)
        return sum;
    for (size_t i = 0; i < engine->positions.used; i++) {
        const struct position *row = &engine->positions.row[i];
        if (row->quantity != 0 && row->instrument == instrument)
            sum += position_equity(row, contract, state->view.mark_price);
    }
    const struct lot_queue *queues[] = {&state->longs, &state->shorts};
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < queues[side]->count; i++) {
            const struct lot *lot =
                &queues[side]->lot[(queues[side]->head + i) % queues[side]->capacity];
            sum += (int128_t)lot->margin - lot->entry_value +
                   contract_value(contract, lot->quantity, state->view.mark_price);
        }
    }
    return sum;
}

static void
apply(struct engine *engine, struct witness *witness, const struct world_event *event)
{
    switch (event->kind) {
    case TAPE_TRADE:
        engine_trade(engine, event->instrument, event->price, event->quantity, event->side);
        break;
    case TAPE_MARK:
        engine_mark(engine, event->instrument, event->price);
        break;
    case TAPE_INDEX:
        engine_index(engine, event->instrument, event->price);
        break;
    case TAPE_FUNDING:
        witness->funded[event->instrument] = true;
        assert_int_equal(engine_funding(engine, event->instrument, event->price, NULL), OK);
        break;
    case TAPE_KINDS:
        fail();
    }
}

/* Settles and compares before with after. */
static void
settle(struct engine *engine, struct witness *witness, time_ns_t time, uint64_t number)
{
    int128_t before[WORLD_INSTRUMENTS];
    for (size_t i = 0; i < WORLD_INSTRUMENTS; i++) {
        before[i] = wealth(engine, i);
        witness->concession[i] = 0;
        witness->splits[i] = 0;
    }
    assert_int_equal(engine_settle(engine, time, NULL), OK);
    struct error err = {.message = ""};
    if (!engine_verify(engine, &err))
        fail_msg("world %" PRIu64 ": %s", number, err.message);
    for (size_t i = 0; i < WORLD_INSTRUMENTS; i++) {
        const int128_t difference = wealth(engine, i) - before[i] - witness->concession[i];
        if (difference > witness->splits[i] || difference < -witness->splits[i])
            fail_msg("world %" PRIu64 ", instrument %zu: %lld money units from nowhere", number, i,
                     (long long)difference);
        witness->mark_before[i] = engine->instruments[i].view.mark_price;
        witness->funded[i] = false;
    }
}

static void
live(struct world *world, struct witness *witness, uint64_t number)
{
    static const enum tape_kind order[] = {TAPE_INDEX, TAPE_TRADE, TAPE_MARK, TAPE_FUNDING};
    struct engine engine;
    world->config.observer = (struct observer){
        .context = witness, .liquidation = on_liquidation, .closeout = on_closeout, .adl = on_adl};
    witness->world = world;
    memset(witness->mark_before, 0, sizeof(witness->mark_before));
    assert_int_equal(engine_init(&engine, &world->config, NULL), OK);
    engine_start(&engine, world->events[0].time);
    for (size_t i = 0; i < world->event_count;) {
        const time_ns_t now = world->events[i].time;
        size_t end = i;
        while (end < world->event_count && world->events[end].time == now)
            end++;
        for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
            for (size_t j = i; j < end; j++) {
                if (world->events[j].kind == order[k])
                    apply(&engine, witness, &world->events[j]);
            }
        }
        if (i == 0)
            assert_int_equal(
                engine_open_many(&engine, world->positions, world->position_count, NULL), OK);
        settle(&engine, witness, now, number);
        i = end;
    }
    engine_clear(&engine);
}

static void
test_the_invariants_hold_before_and_after_every_settling_of_random_worlds(void **state)
{
    struct witness witness = {0};
    const int worlds = quick_of(WORLDS);
    for (uint64_t number = 1; number <= (uint64_t)worlds; number++) {
        struct world world;
        world_build(&world, number);
        live(&world, &witness, number);
        world_clear(&world);
    }
    print_message("%d worlds: %zu takeovers, %zu by a jump, %zu ADL, %zu uncovered\n", worlds,
                  witness.takeovers, witness.jumps, witness.adl, witness.uncovered);
    assert_true(witness.takeovers > (size_t)quick_of(3000) &&
                witness.jumps > (size_t)quick_of(300) && witness.adl > (size_t)quick_of(1000) &&
                witness.uncovered > (size_t)quick_of(500));
}

/* Makes the linear instrument one without rounding of values, whose fund can pay everything, with
 * all its positions k times as large. */
static void
scale_linear(struct world *world, int64_t k)
{
    struct engine_instrument *linear = &world->instruments[0];
    linear->contract.money_decimals = 6;
    assert_int_equal(contract_init(&linear->contract, NULL), OK);
    for (size_t t = 0; t + 1 < linear->rules.tier_count; t++)
        linear->rules.tier[t].notional_max = (INT64_C(500000000) << (2 * t)) * k;
    assert_int_equal(margin_rules_init(&linear->rules, NULL), OK);
    world->config.closeout_type = &closeout_at_once;
    world->config.closeout.slippage = &slippage_constant.model;
    world->pools[0].opening = INT64_C(1000000000000000) * k;
    for (size_t i = 0; i < world->position_count; i++) {
        struct position *position = &world->positions[i];
        if (position->instrument != 0)
            continue;
        const int64_t price = world->events[0].price;
        const int64_t entry = price + price / 100 * ((int64_t)i % 5 - 2);
        const money_t one = contract_value(&linear->contract, position->quantity, entry);
        position->quantity *= k;
        position->entry_value = one * k;
        position->margin = llabs(one) / (3 + (int64_t)i % 30) * k;
    }
}

/* Seven times the size is seven times the money: the fund's change is linear in the quantity, but
 * for the rounding of fees and of up to fifty funding payments, half a unit each.  Only while the
 * fund pays: what a short fund pays for is a whole number of quantity units. */
static void
test_the_result_of_a_linear_contract_is_linear_in_its_size(void **state)
{
    enum { K = 7 };
    size_t compared = 0;
    for (uint64_t number = 1; number <= 200; number++) {
        struct happenings lists[2] = {{0}, {0}};
        bool on_linear[64];
        for (int scaled = 0; scaled < 2; scaled++) {
            struct world world;
            struct engine engine;
            world_build(&world, number);
            scale_linear(&world, scaled ? K : 1);
            for (size_t i = 0; i < world.position_count; i++)
                on_linear[i] = world.positions[i].instrument == 0;
            world_rewind(&world, 64);
            assert_int_equal(world_run(&world, &engine, &lists[scaled], NULL), OK);
            engine_clear(&engine);
            world_clear(&world);
        }
        assert_int_equal(lists[0].count, lists[1].count);
        for (size_t i = 0; i < lists[0].count; i++) {
            const struct happening *one = &lists[0].row[i], *many = &lists[1].row[i];
            assert_true(one->what == many->what && one->time == many->time);
            if (one->what == 'F' ? one->account != 0 : !on_linear[one->account])
                continue;
            assert_int_equal(many->quantity, K * one->quantity);
            if (llabs(many->amount - K * one->amount) > 25 * K)
                fail_msg("world %" PRIu64 ": %" PRId64 " is not %d x %" PRId64, number,
                         many->amount, K, one->amount);
            compared++;
        }
        happenings_clear(&lists[0]);
        happenings_clear(&lists[1]);
    }
    assert_true(compared > 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_invariants_hold_before_and_after_every_settling_of_random_worlds),
        cmocka_unit_test(test_the_result_of_a_linear_contract_is_linear_in_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
