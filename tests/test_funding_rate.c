/*
 * test_funding_rate.c - funding rates against published and hand-made ones.
 *
 * Kraken: a premium of 7.142 % a day is 0.29758 % an hour, capped at 0.25 % (support
 * 360022835911).  OKX windows: help page "to optimize funding rate calculation".  FLOX: interest
 * 0.01 %, band 0.05 %, cap 0.75 %.  Vega: 0053-PERP, mark 990 against index 1000.
 */
#include "cmocka_all.h"

#include <math.h>

#include "models/funding_rate.h"

#define HOURS(n) ((n)*TIME_NS_HOUR)
#define MINUTES(n) ((n)*TIME_NS_MINUTE)
#define CLOCK(hour, minute) (HOURS(hour) + MINUTES(minute))

static struct funding_params
every(int64_t interval_hours, int64_t period_hours)
{
    return (struct funding_params){.interval = HOURS(interval_hours),
                                   .period = HOURS(period_hours),
                                   .length = HOURS(interval_hours),
                                   .sampling = MINUTES(1),
                                   .floor = NAN,
                                   .cap = NAN,
                                   .scale = 1.0};
}

static double
rate_of_premium(const struct funding_params *params, double premium)
{
    const struct funding_inputs inputs = {.premium = premium};
    return funding_premium.rate(params, &inputs);
}

static bool
near(double got, double expected)
{
    return fabs(got - expected) <= 1e-15;
}

static void
test_a_premium_is_pulled_towards_the_interest_by_at_most_the_band(void **state)
{
    struct funding_params params = every(8, 8);
    params.interest = 0.0001;
    params.band = 0.0005;
    assert_true(near(rate_of_premium(&params, 0.0), 0.0001));      /* within: the interest */
    assert_true(near(rate_of_premium(&params, 0.0006), 0.0001));   /* just within */
    assert_true(near(rate_of_premium(&params, 0.0010), 0.0005));   /* 0.10 % - 0.05 % */
    assert_true(near(rate_of_premium(&params, -0.0010), -0.0005)); /* -0.10 % + 0.05 % */
    params.cap = 0.0075;
    params.floor = -0.0075;
    assert_true(rate_of_premium(&params, 1.0) == 0.0075);
    assert_true(rate_of_premium(&params, -0.5) == -0.0075);
    assert_true(rate_of_premium(&params, NAN) == 0.0); /* not even the interest */
}

static void
test_venues_are_parameters_of_one_formula(void **state)
{
    /* OKX: the premium itself, bounded */
    struct funding_params okx = every(8, 8);
    okx.floor = -0.00375;
    okx.cap = 0.00375;
    assert_true(rate_of_premium(&okx, 0.0012) == 0.0012);
    assert_true(rate_of_premium(&okx, 0.005) == 0.00375);
    okx.interest_form = FUNDING_INTEREST_SUBTRACTED;
    okx.interest = 0.0002;
    assert_true(near(rate_of_premium(&okx, 0.0012), 0.0010));
    /* Binance, 4 h interval: half of [0.10 % - 0.05 %] */
    struct funding_params binance = every(4, 8);
    binance.interest = 0.0001;
    binance.band = 0.0005;
    assert_true(near(rate_of_premium(&binance, 0.0010), 0.00025));
    /* Hyperliquid at par: 0.01 % for 8 h is 0.00125 % an hour */
    struct funding_params hyperliquid = binance;
    hyperliquid.interval = HOURS(1);
    assert_true(near(rate_of_premium(&hyperliquid, 0.0), 0.0000125));
    /* Kraken: 7.142 % / 24 = 0.29758 % -> 0.25 % */
    struct funding_params kraken = every(1, 24);
    assert_true(fabs(rate_of_premium(&kraken, 0.07142) - 0.0029758) <= 5e-8);
    kraken.cap = 0.0025;
    assert_true(rate_of_premium(&kraken, 0.07142) == 0.0025);
}

static void
test_premiums_are_measured_from_mid_impact_or_mark(void **state)
{
    struct funding_quote quote = {.mark = 103, .index = 100, .bid = 101, .ask = 103};
    assert_true(near(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_MID), 0.02));
    assert_true(near(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_MARK), 0.03));
    assert_true(near(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_IMPACT), 0.01));
    quote.bid = 97;
    quote.ask = 99;
    assert_true(near(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_IMPACT), -0.01));
    quote.ask = 101; /* the index is between them */
    assert_true(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_IMPACT) == 0.0);
    quote.bid = NAN;
    assert_true(isnan(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_MID)));
    assert_true(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_IMPACT) == 0.0);
    quote.index = 0;
    assert_true(isnan(funding_premium_of(&quote, FUNDING_PREMIUM_FROM_MARK)));
}

static void
test_one_spike_among_a_hundred_samples_counts_a_hundredth(void **state)
{
    const double premiums[] = {0.0, 0.5}, weights[] = {99.0, 1.0};
    assert_true(near(funding_premium_average(premiums, weights, 2), 0.005));
    assert_true(isnan(funding_premium_average(premiums, weights, 0)));
}

static void
test_twap_funding_is_the_difference_of_averages(void **state)
{
    struct funding_params params = every(8, 8);
    struct funding_inputs inputs = {.mark_average = 990, .index_average = 1000, .years = 0.5};
    assert_true(near(funding_twap.rate(&params, &inputs), -0.01));
    assert_true(fabs(funding_twap_payment(&params, &inputs) + 10.0) <= 1e-12);
    params.scale = 0.5;
    assert_true(near(funding_twap.rate(&params, &inputs), -0.005));
    params.floor = -0.002;
    assert_true(funding_twap.rate(&params, &inputs) == -0.002);
    params.scale = 1.0;
    params.floor = NAN;
    params.interest = 0.04; /* (1 + 0.02) 1000 - 990 = 30, at most 1.5 % of 1000 */
    params.interest_floor = -0.015;
    params.interest_cap = 0.015;
    assert_true(near(funding_twap.rate(&params, &inputs), 0.005)); /* (-10 + 15) / 1000 */
    inputs.index_average = NAN;
    assert_true(funding_twap_payment(&params, &inputs) == 0.0);
    inputs.index_average = 0;
    assert_true(funding_twap.rate(&params, &inputs) == 0.0);
}

static void
test_a_margin_capped_rate_stops_at_a_multiple_of_the_room(void **state)
{
    /* dYdX v4: 6 x (20 % - 18 %) = 12 % for 8 h, an eighth of it hourly */
    struct funding_params params = every(1, 8);
    params.factor = 6.0;
    struct funding_inputs inputs = {
        .premium = -0.15, .initial_rate = 0.20, .maintenance_rate = 0.18};
    assert_true(near(funding_margin_capped.rate(&params, &inputs), -0.015));
    inputs.premium = 0.0007;
    params.interest = 0.0001;
    assert_true(near(funding_margin_capped.rate(&params, &inputs), 0.0001));
    inputs.maintenance_rate = 0.20;
    assert_true(funding_margin_capped.rate(&params, &inputs) == 0.0);
    inputs.initial_rate = NAN; /* not known: not capped */
    inputs.premium = 0.7999;
    assert_true(near(funding_margin_capped.rate(&params, &inputs), 0.1));
}

static void
check_window(time_ns_t now, bool rolling, time_ns_t first, time_ns_t last, int64_t samples)
{
    const time_ns_t day = INT64_C(20000) * TIME_NS_DAY;
    const struct funding_window window = funding_window(day + now, HOURS(8), rolling);
    assert_int_equal(window.first - day, first);
    assert_int_equal(window.last - day, last);
    assert_int_equal(window.samples, samples);
}

static void
test_a_rolling_window_holds_the_last_480_minutes(void **state)
{
    check_window(CLOCK(16, 10), true, CLOCK(8, 11), CLOCK(16, 10), 480);
    check_window(CLOCK(17, 0), true, CLOCK(9, 1), CLOCK(17, 0), 480);
    check_window(CLOCK(23, 59), true, CLOCK(16, 0), CLOCK(23, 59), 480);
    check_window(CLOCK(1, 0), true, CLOCK(17, 1) - HOURS(24), CLOCK(1, 0), 480);
    check_window(CLOCK(16, 10) + 1, true, CLOCK(8, 11), CLOCK(16, 10), 480);
}

static void
test_a_fixed_window_begins_at_the_settlement(void **state)
{
    check_window(CLOCK(16, 10), false, CLOCK(16, 0), CLOCK(16, 10), 11);
    check_window(CLOCK(23, 59), false, CLOCK(16, 0), CLOCK(23, 59), 480);
    check_window(CLOCK(1, 0), false, CLOCK(0, 0), CLOCK(1, 0), 61);
    assert_int_equal(funding_settlement_after(CLOCK(7, 59), HOURS(8)), CLOCK(8, 0));
    assert_int_equal(funding_settlement_after(CLOCK(8, 0), HOURS(8)), CLOCK(16, 0));
    assert_int_equal(funding_settlement_after(CLOCK(8, 1), HOURS(1)), CLOCK(9, 0));
}

/* Two hourly windows: a premium of 1 % for 30 minutes, then 3 %; in the second hour 6 %. */
static void
run_two_hours(const struct funding_params *params, double rates[2])
{
    struct funding_rate_state funding;
    struct error err;
    assert_int_equal(funding_rate_init(&funding, &funding_premium, params, &err), OK);
    struct funding_quote quote = funding_quote_unknown();
    quote.index = 100;
    quote.mark = 101;
    funding_rate_sample(&funding, 0, &quote);
    quote.mark = 103;
    funding_rate_sample(&funding, MINUTES(30), &quote);
    rates[0] = funding_rate_settle(&funding, HOURS(1));
    quote.mark = 106;
    funding_rate_sample(&funding, HOURS(1), &quote);
    rates[1] = funding_rate_settle(&funding, HOURS(2));
    funding_rate_clear(&funding);
    funding_rate_clear(&funding);
}

static void
test_a_settlement_pays_the_average_of_its_window(void **state)
{
    struct funding_params params = every(1, 1);
    params.premium = FUNDING_PREMIUM_FROM_MARK;
    double rates[2];
    run_two_hours(&params, rates);
    assert_true(fabs(rates[0] - 0.02) <= 1e-14);
    assert_true(fabs(rates[1] - 0.06) <= 1e-14);
    params.rolling = true;
    params.length = HOURS(2); /* what it looks back on: 30 min, then also 30 and 60 */
    run_two_hours(&params, rates);
    assert_true(fabs(rates[0] - 0.02) <= 1e-14);
    assert_true(fabs(rates[1] - 0.04) <= 1e-14);
    params.rolling = false;
    params.average = FUNDING_AVERAGE_RISING;
    run_two_hours(&params, rates);
    /* weights 1 .. 30 add up to 465, 31 .. 60 to 1365: (465 x 1 % + 1365 x 3 %) / 1830 */
    assert_true(fabs(rates[0] - 45.60 / 1830.0) <= 1e-14);
    assert_true(fabs(rates[1] - 0.06) <= 1e-14);
}

static void
test_a_cross_cycle_rate_is_paid_a_settlement_later(void **state)
{
    struct funding_params params = every(1, 1);
    params.premium = FUNDING_PREMIUM_FROM_MARK;
    params.cross_cycle = true;
    double rates[2];
    run_two_hours(&params, rates);
    assert_true(rates[0] == 0.0);
    assert_true(fabs(rates[1] - 0.02) <= 1e-14);
}

static void
test_twap_and_tape_rates_come_from_the_state_as_well(void **state)
{
    struct funding_params params = every(1, 1);
    struct funding_rate_state funding;
    struct funding_quote quote = {.mark = 990, .index = 1000, .tape_rate = 0.0003};
    assert_int_equal(funding_rate_init(&funding, &funding_twap, &params, NULL), OK);
    funding_rate_sample(&funding, 0, &quote);
    quote.mark = 1010;
    funding_rate_sample(&funding, MINUTES(45), &quote); /* 990 for 45 min, 1010 for 15: 995 */
    assert_true(near(funding_rate_settle(&funding, HOURS(1)), -0.005));
    funding_rate_clear(&funding);
    assert_int_equal(funding_rate_init(&funding, &funding_tape, &params, NULL), OK);
    assert_true(funding_rate_now(&funding) == 0.0);
    funding_rate_sample(&funding, 0, &quote);
    assert_true(funding_rate_settle(&funding, HOURS(1)) == 0.0003);
    funding_rate_clear(&funding);
}

static void
test_clocks_that_cannot_be_are_refused(void **state)
{
    struct funding_rate_state funding;
    struct error err;
    struct funding_params params = every(1, 1);
    params.length = MINUTES(1) - 1;
    for (size_t i = 0; funding_registry[i] != NULL; i++) {
        const struct funding_type *type = funding_of(funding_registry[i]);
        const bool samples = type->premiums || type->averages;
        assert_int_equal(funding_rate_init(&funding, type, &params, &err),
                         samples ? ERR_RANGE : OK);
        funding_rate_clear(&funding);
    }
    params = every(0, 8);
    params.length = HOURS(8);
    assert_int_equal(funding_rate_init(&funding, &funding_premium, &params, &err), ERR_RANGE);
    assert_string_equal(err.message,
                        "funding: the interval, and the period of a premium, must be > 0 s");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_premium_is_pulled_towards_the_interest_by_at_most_the_band),
        cmocka_unit_test(test_venues_are_parameters_of_one_formula),
        cmocka_unit_test(test_premiums_are_measured_from_mid_impact_or_mark),
        cmocka_unit_test(test_one_spike_among_a_hundred_samples_counts_a_hundredth),
        cmocka_unit_test(test_twap_funding_is_the_difference_of_averages),
        cmocka_unit_test(test_a_margin_capped_rate_stops_at_a_multiple_of_the_room),
        cmocka_unit_test(test_a_rolling_window_holds_the_last_480_minutes),
        cmocka_unit_test(test_a_fixed_window_begins_at_the_settlement),
        cmocka_unit_test(test_a_settlement_pays_the_average_of_its_window),
        cmocka_unit_test(test_a_cross_cycle_rate_is_paid_a_settlement_later),
        cmocka_unit_test(test_twap_and_tape_rates_come_from_the_state_as_well),
        cmocka_unit_test(test_clocks_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
