#include "book.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"

enum { DECIMALS_MOST = 12, FRACTION_DECIMALS = 12 };

/* ---- positions ---- */

/* Face or size from "side" and a notional: signed, and for a linear position divided by price.
 * Without an entry price nothing depends on the side. */
static struct number
from_notional(struct reader *reader, enum contract_kind kind, const json_t *object,
              const struct number *price, bool needs_side)
{
    struct number size = reader_positive(reader, object, "notional_usd|notional|size");
    const json_t *side = reader_find(object, "side");
    const char *text = json_is_string(side) ? json_string_value(side) : "";
    const bool is_short = strcmp(text, "short") == 0;
    if (!is_short && strcmp(text, "long") != 0 && (side || needs_side))
        reader_fail(reader, READER_UNABLE, "the rule needs the input qty, or side long or short");
    if (kind == CONTRACT_LINEAR) {
        size.value /= price->value;
        size.decimals = -1;
    }
    if (is_short) {
        char text_short[READER_TEXT_MAX];
        snprintf(text_short, sizeof text_short, "-%.62s", size.text);
        memcpy(size.text, text_short, sizeof size.text);
        size.value = -size.value;
    }
    return size;
}

void
book_read(struct book *book, struct reader *reader, enum contract_kind kind, const json_t *object,
          const char *mark_keys, const char *entry_keys)
{
    if (book->count == BOOK_MAX) {
        reader_fail(reader, READER_UNABLE, "more than %d positions", BOOK_MAX);
        return;
    }
    struct book_holding *holding = &book->holding[book->count++];
    *holding = (struct book_holding){.kind = kind, .multiple = 1.0L};
    holding->mark = reader_positive(reader, object, mark_keys);
    holding->entry = holding->mark;
    if (entry_keys && reader_find(object, entry_keys)) {
        holding->entry = reader_positive(reader, object, entry_keys);
        holding->has_entry = true;
    }
    if (reader_find(object, "qty"))
        holding->quantity = reader_number(reader, object, "qty");
    else
        holding->quantity =
            from_notional(reader, kind, object, &holding->entry, entry_keys != NULL);
}

void
book_count_money(struct book *book, const struct number *amount)
{
    book->money_most += fabsl(amount->value);
}

/* ---- scales ---- */

struct scales {
    int price, quantity;
};

static int
decimals_of(const struct number *number)
{
    const int decimals = number->decimals < 0 ? FRACTION_DECIMALS : number->decimals;
    return decimals < DECIMALS_MOST ? decimals : DECIMALS_MOST;
}

void
book_align_quantities(struct book *book, const struct number *other)
{
    int finest = other ? decimals_of(other) : 0;
    for (size_t i = 0; i < book->count; i++)
        if (decimals_of(&book->holding[i].quantity) > finest)
            finest = decimals_of(&book->holding[i].quantity);
    for (size_t i = 0; i < book->count; i++)
        book->holding[i].quantity_decimals = finest;
}

static bool
fits(long double value, int scale)
{
    return fabsl(value) * (long double)fixed_power_of_ten[scale] < 4e18L;
}

/* The scales of a position at so many decimals of money; false when there are none. */
static bool
choose_scales(const struct book_holding *holding, int money_decimals, struct scales *scales)
{
    const int mark = decimals_of(&holding->mark), entry = decimals_of(&holding->entry);
    scales->price = mark > entry ? mark : entry;
    while (scales->price > 0 &&
           !(fits(holding->mark.value, scales->price) && fits(holding->entry.value, scales->price)))
        scales->price--;
    scales->quantity = decimals_of(&holding->quantity);
    if (scales->quantity < holding->quantity_decimals)
        scales->quantity = holding->quantity_decimals;
    if (holding->kind == CONTRACT_INVERSE) {
        /* 10^(money + price - quantity) must fit, and not be a fraction */
        const int power = money_decimals + scales->price;
        if (scales->quantity < power - FIXED_SCALE_MAX)
            scales->quantity = power - FIXED_SCALE_MAX;
        if (scales->quantity > power)
            scales->quantity = power;
    } else if (scales->price + scales->quantity > FIXED_SCALE_MAX + money_decimals) {
        return false;
    }
    return scales->quantity <= FIXED_SCALE_MAX && fits(holding->quantity.value, scales->quantity);
}

/* The most any amount of the vector can be, in natural units. */
static long double
largest_amount(const struct book *book)
{
    long double most = book->money_most;
    for (size_t i = 0; i < book->count; i++) {
        const struct book_holding *holding = &book->holding[i];
        const long double size = fabsl(holding->quantity.value);
        most +=
            holding->multiple * (holding->kind == CONTRACT_LINEAR
                                     ? size * (holding->mark.value + holding->entry.value)
                                     : size / holding->mark.value + size / holding->entry.value);
    }
    return most;
}

static bool
all_fit(const struct book *book, int money_decimals)
{
    struct scales scales;
    for (size_t i = 0; i < book->count; i++)
        if (!choose_scales(&book->holding[i], money_decimals, &scales))
            return false;
    return largest_amount(book) * (long double)fixed_power_of_ten[money_decimals] < 2e18L;
}

static void
settle_position(struct book *book, struct reader *reader, size_t index)
{
    const struct book_holding *holding = &book->holding[index];
    struct scales scales;
    const bool chosen = choose_scales(holding, book->money_decimals, &scales);
    assert(chosen);
    struct contract *contract = &book->contract[index];
    *contract = (struct contract){.symbol = "VECTOR",
                                  .settlement = "MONEY",
                                  .kind = holding->kind,
                                  .size = {1, 0},
                                  .price_scale = scales.price,
                                  .quantity_scale = scales.quantity,
                                  .money_decimals = book->money_decimals};
    struct error err = {0};
    if (contract_init(contract, &err) != OK)
        reader_fail(reader, READER_UNABLE, "%.200s", err.message);
    struct account_position *position = &book->position[index];
    *position = (struct account_position){.contract = contract, .leverage = 1.0};
    position->quantity = reader_at(reader, &holding->quantity, scales.quantity);
    position->mark_price = reader_at(reader, &holding->mark, scales.price);
    book->entry_price[index] = reader_at(reader, &holding->entry, scales.price);
    if (position->mark_price <= 0 || book->entry_price[index] <= 0)
        reader_fail(reader, READER_UNABLE, "a price is too small for the scales of the rest");
    if (position->quantity == 0 && holding->quantity.value != 0.0L)
        reader_fail(reader, READER_UNABLE, "a quantity is too small for the scales of the rest");
    if (reader->state == READER_GOOD && holding->has_entry)
        position->entry_value =
            contract_value(contract, position->quantity, book->entry_price[index]);
}

void
book_settle(struct book *book, struct reader *reader)
{
    book->money_decimals = FIXED_SCALE_MAX;
    while (book->money_decimals >= 0 && !all_fit(book, book->money_decimals))
        book->money_decimals--;
    if (book->money_decimals < 0) {
        reader_fail(reader, READER_UNABLE, "the amounts do not fit 64 bits together");
        book->money_decimals = 0;
    }
    for (size_t i = 0; i < book->count && reader->state == READER_GOOD; i++)
        settle_position(book, reader, i);
}

money_t
book_money(const struct book *book, struct reader *reader, const struct number *amount)
{
    return reader_at(reader, amount, book->money_decimals);
}

/* ---- rules ---- */

void
book_flat_rules(struct book *book, size_t index, rate_t rate)
{
    struct margin_rules *rules = &book->rules[index];
    *rules = (struct margin_rules){.mode = MARGIN_STEP, .tier_count = 1};
    rules->tier[0] = (struct margin_tier){.notional_max = INT64_MAX, .rate = rate};
    book->position[index].rules = rules;
}

void
book_count_tiers(struct book *book, struct reader *reader, const json_t *tiers)
{
    size_t i;
    const json_t *tier;
    json_array_foreach(tiers, i, tier)
    {
        const struct number end = reader_number_or(reader, tier, "floor|cap|upto", "0");
        book_count_money(book, &end);
    }
}

/* Upper end of tier i: its own cap (inclusive), or the next one's floor.  The last has none. */
static money_t
tier_end(const struct book *book, struct reader *reader, const json_t *tiers, size_t i)
{
    const size_t count = json_array_size(tiers);
    if (i + 1 == count)
        return INT64_MAX;
    const json_t *next = json_array_get(tiers, i + 1);
    const struct number end = reader_find(next, "floor")
                                  ? reader_number(reader, next, "floor")
                                  : reader_number(reader, json_array_get(tiers, i), "cap|upto");
    return book_money(book, reader, &end);
}

void
book_read_tiers(struct book *book, struct reader *reader, size_t index, const json_t *tiers,
                bool marginal)
{
    struct margin_rules *rules = &book->rules[index];
    *rules = (struct margin_rules){.mode = marginal ? MARGIN_MARGINAL : MARGIN_STEP,
                                   .tier_count = json_array_size(tiers)};
    if (rules->tier_count == 0 || rules->tier_count > MARGIN_TIERS_MAX) {
        reader_fail(reader, READER_UNABLE, "%zu tiers", rules->tier_count);
        return;
    }
    for (size_t i = 0; i < rules->tier_count; i++) {
        const json_t *tier = json_array_get(tiers, i);
        const struct number rate = reader_number(reader, tier, "rate|mmr|mm_rate");
        rules->tier[i].rate = reader_rate(reader, &rate);
        rules->tier[i].notional_max = tier_end(book, reader, tiers, i);
    }
    if (reader->state != READER_GOOD)
        return;
    struct error err = {0};
    if (margin_rules_init(rules, &err) != OK)
        reader_fail(reader, READER_UNABLE, "%.200s", err.message);
    for (size_t i = 0; i < rules->tier_count; i++) {
        const json_t *tier = json_array_get(tiers, i);
        if (!marginal && reader_find(tier, "cum")) {
            const struct number cum = reader_number(reader, tier, "cum");
            rules->tier[i].deduction = book_money(book, reader, &cum);
        }
        /* A tier named by its floor starts at it; ends are inclusive here. */
        if (i + 1 < rules->tier_count && reader_find(json_array_get(tiers, i + 1), "floor"))
            rules->tier[i].notional_max--;
    }
    book->position[index].rules = rules;
}

/* ---- answers ---- */

void
book_answer_money(const struct book *book, json_t *answer, const char *key, money_t amount)
{
    char text[FIXED_TEXT_MAX];
    fixed_format(text, amount, book->money_decimals);
    json_object_set_new(answer, key, json_string(text));
}

void
book_answer_double(json_t *answer, const char *key, double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.17g", value);
    json_object_set_new(answer, key, isfinite(value) ? json_string(text) : json_null());
}
