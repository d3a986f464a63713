#include <math.h>
#include <string.h>

#include "models/index_kind.h"
#include "models/mark_impact.h"
#include "models/mark_kind.h"

#include "formula.h"

enum { LEVELS_MAX = 256 };

/* An instant of a vector, whose unit is a second. */
static time_ns_t
instant(struct reader *reader, const json_t *object, const char *keys)
{
    const struct number number = reader_number_or(reader, object, keys, "0");
    return reader_at(reader, &number, 9);
}

/* Which of the kinds the model names; the median where it says nothing. */
static const struct index_type *
index_kind(const struct formula_call *call)
{
    const json_t *name = reader_find(call->model, "index_kind");
    const struct model *model = name && json_is_string(name)
                                    ? param_find_model(index_registry, json_string_value(name))
                                    : &index_median.model;
    if (!model)
        reader_fail(call->reader, READER_UNABLE, "an index of a kind the simulator has not");
    return index_of(model ? model : &index_median.model);
}

static struct index_params
index_params(const struct formula_call *call)
{
    struct reader *reader = call->reader;
    const json_t *inputs = call->inputs;
    const json_t *reference = reader_find(inputs, "clamp_reference|clamp_ref");
    const struct number least = reader_number_or(reader, inputs, "min_sources|sources_min", "1");
    const struct number deviation =
        reader_number_or(reader, inputs, "max_dev|max_deviation|deviation", "1000000");
    const struct number clamp = reader_number_or(reader, inputs, "clamp", "0.02");
    const bool ages = reader_find(inputs, "staleness|max_age") != NULL;
    const struct index_params params = {
        .staleness = ages ? instant(reader, inputs, "staleness|max_age") : TIME_NS_NEVER,
        .clamp = (double)clamp.value,
        .clamp_reference =
            json_is_string(reference) && strcmp(json_string_value(reference), "rest") == 0
                ? INDEX_REFERENCE_REST
                : INDEX_REFERENCE_ALL,
        .deviation = (double)deviation.value,
        .sources_min = reader_at(reader, &least, 0),
    };
    if (params.deviation < 0.0 || params.clamp < 0.0)
        reader_fail(reader, READER_UNABLE, "a distance the simulator does not take");
    return params;
}

void
formula_mark_index(const struct formula_call *call)
{
    struct reader *reader = call->reader;
    const json_t *list = reader_find(call->inputs, "sources");
    const struct index_type *type = index_kind(call);
    const struct index_params params = index_params(call);
    const time_ns_t now = instant(reader, call->inputs, "now|time|t");
    struct index_source sources[INDEX_SOURCES_MAX];
    size_t count = 0, i;
    const json_t *source;
    if (json_array_size(list) > INDEX_SOURCES_MAX)
        reader_fail(reader, READER_UNABLE, "more than %d sources", INDEX_SOURCES_MAX);
    for (i = 0; i < json_array_size(list) && reader->state == READER_GOOD; i++) {
        source = json_array_get(list, i);
        const struct number weight = reader_number_or(reader, source, "weight", "1");
        const bool timed = reader_find(source, "t|time|ts") != NULL;
        sources[count++] = (struct index_source){
            .price = reader_double(reader, source, "price"),
            .time = timed ? instant(reader, source, "t|time|ts") : now,
            .weight = (double)weight.value,
            .down = json_is_true(reader_find(source, "down|maintenance")),
        };
        if (weight.value < 0.0L)
            reader_fail(reader, READER_UNABLE, "a weight the simulator does not take");
    }
    if (reader->state == READER_GOOD)
        book_answer_double(call->answer, "index", index_price(type, &params, sources, count, now));
}

void
formula_mark_clamp(const struct formula_call *call)
{
    struct reader *reader = call->reader;
    const struct mark_params params = {.band = reader_double(reader, call->inputs, "band")};
    struct mark_inputs inputs = mark_inputs_unknown();
    inputs.index = reader_double(reader, call->inputs, "index|index_price");
    inputs.last = reader_double(reader, call->inputs, "last|last_price");
    inputs.mid = reader_double(reader, call->inputs, "mid|impact_mid|impact_price");
    if (!(params.band >= 0.0))
        reader_fail(reader, READER_UNABLE, "the rule needs the input band, >= 0");
    if (reader->state != READER_GOOD)
        return;
    struct mark_state state;
    if (mark_init(&state, &mark_median_clamp, &params, NULL) == OK)
        book_answer_double(call->answer, "mark", mark_price(&state, &inputs));
    mark_clear(&state);
}

static size_t
read_levels(const struct formula_call *call, const char *key, struct mark_level *levels)
{
    const json_t *list = reader_find(call->inputs, key);
    const size_t count = json_array_size(list);
    if (count > LEVELS_MAX) {
        reader_fail(call->reader, READER_UNABLE, "more than %d levels", LEVELS_MAX);
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        reader_pair(call->reader, json_array_get(list, i), "price|p", "size|qty|q",
                    &levels[i].price, &levels[i].size);
    return count;
}

void
formula_mark_impact(const struct formula_call *call)
{
    struct mark_level bids[LEVELS_MAX], asks[LEVELS_MAX];
    const size_t bid_count = read_levels(call, "bids", bids);
    const size_t ask_count = read_levels(call, "asks", asks);
    const double size = reader_double(call->reader, call->inputs, "size|qty");
    if (!(size >= 0.0))
        reader_fail(call->reader, READER_UNABLE, "the rule needs the input size, >= 0");
    if (call->reader->state != READER_GOOD)
        return;
    const double mid = mark_impact_mid(bids, bid_count, asks, ask_count, size);
    book_answer_double(call->answer, "impact_price", mid);
    book_answer_double(call->answer, "impact_mid", mid);
    book_answer_double(call->answer, "mid", mid);
    book_answer_double(call->answer, "impact_bid", mark_impact_price(bids, bid_count, size));
    book_answer_double(call->answer, "impact_ask", mark_impact_price(asks, ask_count, size));
}
