/* A fund pool by hand: what enters and leaves it, and the highest it was in eight hours. */
#include "cmocka_all.h"

#include "base/rng.h"
#include "engine/fund.h"

/* One pool, and the last change the observer was told of. */
struct desk {
    struct ledger ledger;
    struct fund fund;
    struct fund_rules rules;
    struct observer observer;
    struct fund_change last;
    size_t changes, other; /* other: where the money comes from */
};

static void
note_change(void *context, const struct fund_change *change)
{
    struct desk *desk = context;
    desk->last = *change;
    desk->changes++;
}

static void
desk_open(struct desk *desk, time_ns_t sample_every)
{
    const uint16_t currency = 0;
    *desk = (struct desk){.observer = {.context = desk, .fund = note_change}};
    assert_int_equal(ledger_init(&desk->ledger, 1, &currency, 1, NULL), OK);
    assert_int_equal(fund_init(&desk->fund, &desk->ledger, 0, 0, &desk->rules, sample_every, NULL),
                     OK);
    desk->other = ledger_account(&desk->ledger, 0, LEDGER_INVENTORY);
}

static void
desk_close(struct desk *desk)
{
    assert_true(ledger_verify(&desk->ledger));
    fund_clear(&desk->fund);
    ledger_clear(&desk->ledger);
}

static void
book(struct desk *desk, enum fund_change_kind kind, money_t amount, time_ns_t time)
{
    fund_book(&desk->fund, &desk->ledger, &desk->observer, kind, desk->other, amount, 9, time);
}

static void
test_every_change_goes_to_the_ledger_the_sums_and_the_observer(void **state)
{
    struct desk desk;
    desk_open(&desk, TIME_NS_SECOND);
    book(&desk, FUND_OPENING, 1000, 5);
    assert_int_equal(desk.last.kind, FUND_OPENING);
    assert_int_equal(desk.last.balance, 1000);
    book(&desk, FUND_FEE, 7, 6);
    book(&desk, FUND_SURPLUS, 30, 6);
    book(&desk, FUND_DEFICIT, -500, 7);
    book(&desk, FUND_INJECTION, 200, 8);
    assert_int_equal(desk.changes, 5);
    assert_int_equal(desk.last.amount, 200);
    assert_int_equal(desk.last.case_id, 9);
    assert_int_equal(desk.last.time, 8);
    const struct pool_sample sample = fund_sample(&desk.fund, &desk.ledger, 10);
    assert_int_equal(sample.balance, 1000 + 7 + 30 - 500 + 200);
    assert_int_equal(sample.fee, 7);
    assert_int_equal(sample.surplus, 30);
    assert_int_equal(sample.deficit, 500);
    assert_int_equal(sample.injection, 200);
    assert_int_equal(ledger_balance(&desk.ledger, desk.other), -sample.balance);
    desk_close(&desk);
}

/* Changes of nothing are no changes; an opening of nothing is one. */
static void
test_only_an_opening_balance_may_be_nothing(void **state)
{
    struct desk desk;
    desk_open(&desk, TIME_NS_SECOND);
    book(&desk, FUND_SURPLUS, 0, 1);
    book(&desk, FUND_DEFICIT, 0, 1);
    assert_int_equal(desk.changes, 0);
    book(&desk, FUND_OPENING, 0, 1);
    assert_int_equal(desk.changes, 1);
    desk_close(&desk);
}

static void
test_a_depleted_pool_is_normal_again_when_money_comes_in(void **state)
{
    struct desk desk;
    desk_open(&desk, TIME_NS_SECOND);
    book(&desk, FUND_OPENING, 10, 0);
    book(&desk, FUND_DEFICIT, -10, 1);
    desk.fund.state = FUND_DEPLETED;
    assert_int_equal(fund_sample(&desk.fund, &desk.ledger, 2).state, FUND_DEPLETED);
    book(&desk, FUND_DEFICIT, 0, 3);
    assert_int_equal(desk.fund.state, FUND_DEPLETED);
    book(&desk, FUND_FEE, 1, 4);
    assert_int_equal(fund_sample(&desk.fund, &desk.ledger, 5).state, FUND_NORMAL);
    desk_close(&desk);
}

/*
 * Samples every hour.  100 at 0 h; between 1 h and 2 h up to 300 and back to 50 before 2 h.
 *
 *     at       window        peak
 *     0 h      [-8, 0]       100
 *     1 h      [-7, 1]       100
 *     2 h      [-6, 2]       300    between two samples
 *     8 h      [ 0, 8]       300
 *     9 h      [ 1, 9]       300    the window still begins before the rise
 *     10 h     [ 2, 10]      50     by 2 h the pool was back at 50
 */
static void
test_the_peak_of_eight_hours_counts_what_was_between_samples_and_no_longer(void **state)
{
    static const money_t expected[] = {100, 100, 300, 300, 300, 300, 300, 300, 300, 300, 50, 50};
    struct desk desk;
    desk_open(&desk, TIME_NS_HOUR);
    book(&desk, FUND_OPENING, 100, 0);
    for (int hour = 0; hour < 12; hour++) {
        if (hour == 2) {
            book(&desk, FUND_SURPLUS, 200, TIME_NS_HOUR + TIME_NS_MINUTE);
            book(&desk, FUND_DEFICIT, -250, TIME_NS_HOUR + 2 * TIME_NS_MINUTE);
        }
        const struct pool_sample sample =
            fund_sample(&desk.fund, &desk.ledger, hour * TIME_NS_HOUR);
        if (sample.peak_8h != expected[hour])
            fail_msg("at %d h the peak is %lld, not %lld", hour, (long long)sample.peak_8h,
                     (long long)expected[hour]);
        assert_int_equal(sample.drawdown_8h, expected[hour] - sample.balance);
    }
    desk_close(&desk);
}

/* The window is closed: a balance held until 2 h, after the events of 2 h, counts at 10 h and not a
 * sample later. */
static void
test_what_the_pool_held_exactly_eight_hours_ago_still_counts(void **state)
{
    struct desk desk;
    desk_open(&desk, TIME_NS_MINUTE);
    book(&desk, FUND_OPENING, 100, 0);
    for (int64_t minute = 0; minute <= 10 * 60 + 1; minute++) {
        if (minute == 2 * 60 + 1)
            book(&desk, FUND_DEFICIT, -60, 2 * TIME_NS_HOUR + TIME_NS_SECOND);
        const struct pool_sample sample =
            fund_sample(&desk.fund, &desk.ledger, minute * TIME_NS_MINUTE);
        const money_t expected = minute <= 10 * 60 ? 100 : 40;
        if (sample.peak_8h != expected)
            fail_msg("minute %lld: peak %lld", (long long)minute, (long long)sample.peak_8h);
    }
    desk_close(&desk);
}

/* Against every balance ever held, for sample steps that divide eight hours and one that does not:
 * then the window reaches back to the sample before it. */
static void
test_the_peak_is_the_largest_balance_of_the_window_on_random_walks(void **state)
{
    enum { SAMPLES = 400, PER_SAMPLE = 3 };
    static const time_ns_t steps[] = {TIME_NS_HOUR, 15 * TIME_NS_MINUTE, 7 * TIME_NS_MINUTE,
                                      9 * TIME_NS_HOUR};
    for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
        struct desk desk;
        struct rng rng;
        money_t held[SAMPLES * PER_SAMPLE]; /* after each change */
        rng_init(&rng, 11, RNG_TEST, s);
        desk_open(&desk, steps[s]);
        book(&desk, FUND_OPENING, 500, 0);
        fund_sample(&desk.fund, &desk.ledger, 0);
        for (int k = 1; k < SAMPLES; k++) {
            for (int i = 0; i < PER_SAMPLE; i++) {
                const money_t balance = ledger_balance(&desk.ledger, desk.fund.account);
                money_t change = (money_t)(rng_u32(&rng) % 201) - 100;
                if (change < -balance)
                    change = -balance;
                book(&desk, change < 0 ? FUND_DEFICIT : FUND_SURPLUS, change, k * steps[s]);
                held[k * PER_SAMPLE + i] = balance + change;
            }
            /* The last sample at or before the window's begin. */
            const time_ns_t begin = k * steps[s] - FUND_WINDOW;
            const int first = begin <= 0 ? 0 : (int)(begin / steps[s]);
            money_t peak = first == 0 ? 500 : held[first * PER_SAMPLE + PER_SAMPLE - 1];
            for (int i = (first + 1) * PER_SAMPLE; i < (k + 1) * PER_SAMPLE; i++)
                peak = held[i] > peak ? held[i] : peak;
            const struct pool_sample sample = fund_sample(&desk.fund, &desk.ledger, k * steps[s]);
            assert_int_equal(sample.peak_8h, peak);
        }
        desk_close(&desk);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_change_goes_to_the_ledger_the_sums_and_the_observer),
        cmocka_unit_test(test_only_an_opening_balance_may_be_nothing),
        cmocka_unit_test(test_a_depleted_pool_is_normal_again_when_money_comes_in),
        cmocka_unit_test(
            test_the_peak_of_eight_hours_counts_what_was_between_samples_and_no_longer),
        cmocka_unit_test(test_what_the_pool_held_exactly_eight_hours_ago_still_counts),
        cmocka_unit_test(test_the_peak_is_the_largest_balance_of_the_window_on_random_walks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
