#include <math.h>

#include "engine/funding.h"

#include "formula.h"

void
formula_funding_payment(const struct formula_call *call)
{
    struct book *book = call->book;
    book_read(book, call->reader, formula_contract_kind(call), call->inputs, "mark|price", NULL);
    const struct number number = reader_number(call->reader, call->inputs, "rate|funding_rate");
    const rate_t rate = reader_rate(call->reader, &number);
    if (call->reader->state == READER_GOOD)
        book_settle(book, call->reader);
    if (call->reader->state != READER_GOOD)
        return;
    const struct account_position *position = &book->position[0];
    book_answer_money(
        book, call->answer, "payment",
        funding_payment(position->contract, position->quantity, position->mark_price, rate));
}

void
formula_funding_series(const struct formula_call *call)
{
    struct book *book = call->book;
    const struct number quantity = reader_number(call->reader, call->inputs, "qty");
    const json_t *events = reader_find(call->inputs, "events");
    rate_t rate[BOOK_MAX];
    size_t i;
    const json_t *event;
    if (!json_is_array(events) || json_array_size(events) > BOOK_MAX)
        reader_fail(call->reader, READER_UNABLE, "the rule needs up to %d events", BOOK_MAX);
    for (i = 0; i < json_array_size(events) && call->reader->state == READER_GOOD; i++) {
        event = json_array_get(events, i);
        const struct number mark = reader_positive(call->reader, event, "mark|price");
        const struct number number = reader_number(call->reader, event, "rate|funding_rate");
        rate[i] = reader_rate(call->reader, &number);
        book->holding[book->count++] =
            (struct book_holding){.kind = formula_contract_kind(call),
                                  .quantity = quantity,
                                  .mark = mark,
                                  .entry = mark,
                                  .multiple = 1.0L + fabsl(number.value)};
    }
    if (call->reader->state == READER_GOOD)
        book_settle(book, call->reader);
    if (call->reader->state != READER_GOOD)
        return;
    money_t total = 0;
    for (i = 0; i < book->count; i++)
        total += funding_payment(&book->contract[i], book->position[i].quantity,
                                 book->position[i].mark_price, rate[i]);
    book_answer_money(book, call->answer, "total", total);
}

/* What a long of one contract pays for an interval of the rate's period. */
void
formula_funding_index(const struct formula_call *call)
{
    struct book *book = call->book;
    struct reader *reader = call->reader;
    const struct number interval = reader_positive(reader, call->inputs, "interval_s");
    const struct number period = reader_positive(reader, call->inputs, "period_s");
    const struct number premium = reader_number(reader, call->inputs, "premium_rate");
    const struct number mark = reader_positive(reader, call->inputs, "price");
    const struct number cap = reader_number_or(reader, call->inputs, "cap", "1000000");
    rate_t rate = reader_rate(reader, &premium), cap_rate = reader_rate(reader, &cap);
    book->holding[0] = (struct book_holding){.quantity = reader_number_or(reader, NULL, "", "1"),
                                             .mark = mark,
                                             .entry = mark,
                                             .multiple = 1.0L + fabsl(premium.value)};
    book->count = 1;
    if (reader_find(call->inputs, "cap_factor")) {
        const struct number factor = reader_positive(reader, call->inputs, "cap_factor");
        const struct number initial = reader_number(reader, call->inputs, "im_rate");
        const struct number maintenance = reader_number(reader, call->inputs, "mm_rate");
        if (initial.value < maintenance.value || initial.value > 1.0L || factor.value > 1e6L)
            reader_fail(reader, READER_UNABLE, "a cap the simulator does not take");
        const rate_t initial_rate = reader_rate(reader, &initial);
        const rate_t maintenance_rate = reader_rate(reader, &maintenance);
        const rate_t factor_rate = reader_rate(reader, &factor);
        if (reader->state == READER_GOOD)
            cap_rate = funding_cap(factor_rate, initial_rate, maintenance_rate);
    }
    const int64_t seconds = reader_at(reader, &interval, 0), whole = reader_at(reader, &period, 0);
    if (cap_rate < 0 || seconds <= 0 || whole < seconds)
        reader_fail(reader, READER_UNABLE, "an interval or cap the simulator does not take");
    if (reader->state == READER_GOOD)
        book_settle(book, reader);
    if (reader->state != READER_GOOD)
        return;
    rate = funding_rate_for(funding_rate_capped(rate, cap_rate), seconds, whole);
    const struct account_position *position = &book->position[0];
    book_answer_money(
        book, call->answer, "per_unit",
        -funding_payment(position->contract, position->quantity, position->mark_price, rate));
}
