/* Who is closed first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formula_rules.h"
#include "models/adl_rank.h"

struct ranked {
    const char *id;
    double score;
};

/* Higher scores first; ties by account id, as numbers where they are. */
static int
compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    char *end_x, *end_y;
    const double number_x = strtod(x->id, &end_x), number_y = strtod(y->id, &end_y);
    if (*end_x == '\0' && *end_y == '\0')
        return (number_x > number_y) - (number_x < number_y);
    return strcmp(x->id, y->id);
}

static const struct adl_type *
type_called(const char *score)
{
    static const struct {
        const char *name, *kind;
    } names[] = {
        {"pnl_ratio", "profit_share"},
        {"upnl_x_leverage", "profit_leverage"},
        {"upnl", "profit"},
        {"size", "size"},
        {"pnl_pct_x_leverage", "okx"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(names[i].name, score) == 0)
            score = names[i].kind;
    }
    const struct model *model = param_find_model(adl_registry, score);
    return model == NULL ? NULL : adl_of(model);
}

/* A candidate from a position, or from what is said of it directly. */
static struct adl_candidate
read_candidate(const struct formula_call *call, const json_t *object)
{
    const double mark = formula_rules_number_or(
        call, object, "mark", formula_rules_number_or(call, call->inputs, "mark", NAN));
    const double quantity = formula_rules_number_or(call, object, "qty", NAN);
    const double entry = formula_rules_number_or(call, object, "entry", NAN);
    struct adl_candidate candidate = {
        .profit = formula_rules_number_or(call, object, "upnl|profit", quantity * (mark - entry)),
        .entry_value = fabs(quantity * entry),
        .notional = formula_rules_number_or(call, object, "notional", fabs(quantity * mark)),
        .equity = formula_rules_number_or(call, object, "equity", NAN),
        .unit = 1.0,
        .price_ratio = mark / entry,
        .side = quantity < 0.0 ? -1 : 1,
        .size = fabs(quantity),
        .maintenance = formula_rules_number_or(call, object, "maintenance|mm", 0.0),
    };
    candidate.wallet =
        formula_rules_number_or(call, object, "wallet", candidate.equity - candidate.profit);
    if (reader_find(object, "leverage") != NULL) {
        candidate.equity = 1.0;
        candidate.notional = formula_rules_number(call, object, "leverage");
    }
    if (reader_find(object, "pnl_pct") != NULL) {
        candidate.entry_value = 100.0;
        candidate.profit = formula_rules_number(call, object, "pnl_pct");
    }
    return candidate;
}

void
formula_adl_rank(const struct formula_call *call)
{
    const json_t *candidates = reader_find(call->inputs, "candidates");
    const json_t *score = reader_find(call->inputs, "score");
    const struct adl_type *type =
        json_is_string(score) ? type_called(json_string_value(score)) : NULL;
    const struct adl_params params = {.invert_shorts = true};
    struct ranked *ranked = calloc(json_array_size(candidates) + 1, sizeof(*ranked));
    size_t i, count = 0;
    const json_t *object;
    if (type == NULL || type->score == NULL || ranked == NULL) {
        reader_fail(call->reader, READER_UNABLE, "score");
        free(ranked);
        return;
    }
    json_array_foreach(candidates, i, object)
    {
        const struct adl_candidate candidate = read_candidate(call, object);
        const json_t *id = reader_find(object, "id|acct");
        if (!json_is_string(id))
            reader_fail(call->reader, READER_UNABLE, "id");
        if (!formula_rules_good(call))
            break;
        /* only winners stand in a queue that is not for losers */
        if (candidate.profit > 0.0 || type->losers)
            ranked[count++] =
                (struct ranked){json_string_value(id), type->score(&params, &candidate)};
    }
    qsort(ranked, count, sizeof(*ranked), compare_ranked);
    json_t *order = json_array();
    for (i = 0; i < count; i++)
        json_array_append_new(order, json_string(ranked[i].id));
    json_object_set_new(call->answer, "order", order);
    free(ranked);
}
