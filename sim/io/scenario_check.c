#include "io/scenario_check.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "io/scenario_check_part.h"
#include "io/scenario_text.h"

static double
decimal_double(struct decimal value)
{
    return (double)value.value / (double)fixed_power_of_ten[value.scale];
}

const char *
scenario_check_path(path_text buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(buffer, SCENARIO_PATH_MAX, format, args);
    va_end(args);
    return buffer;
}

void
scenario_check_blame(const struct check *check, const char *path, const char *format, ...)
{
    char message[SCENARIO_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    scenario_problem_add(check->problems, scenario_node_at(check->root, path)->place, ERR_RANGE,
                         path, "%s", message);
}

bool
scenario_check_clean(const struct check *check, const char *path)
{
    return !scenario_problem_under(check->problems, path);
}

/* Names become groups of the result file and words of its tables. */
static void
check_name(const struct check *check, const char *path, const char *name)
{
    bool fit = name == NULL || (strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
    for (const char *c = name; c != NULL && *c != '\0'; c++)
        fit = fit && *c != '/' && (unsigned char)*c >= 0x20 && *c != 0x7F;
    if (!fit)
        scenario_check_blame(check, path, "a name must not hold '/' or control characters");
}

/* ---- window ---- */

static void
check_times(const struct check *check)
{
    char from[TIMELINE_TEXT_MAX];
    const struct scenario *scenario = check->scenario;
    if (scenario_check_clean(check, "window") &&
        (scenario->window.from != 0 || scenario->window.to != 0) &&
        scenario->window.to <= scenario->window.from) {
        timeline_format(from, scenario->window.from);
        scenario_check_blame(check, "window.to", "the window ends at or before its start, %s",
                             from);
    }
    if (scenario_check_clean(check, "venue.valid_from") && scenario->venue.valid_to != 0 &&
        scenario->venue.valid_to <= scenario->venue.valid_from) {
        timeline_format(from, scenario->venue.valid_from);
        scenario_check_blame(check, "venue.valid_to", "the rules end at or before their start, %s",
                             from);
    }
}

/* ---- venue ---- */

void
scenario_check_amount(const struct check *check, const char *path, struct decimal amount,
                      const struct scenario_contract *contract)
{
    int64_t money;
    switch (fixed_rescale(amount.value, amount.scale, (int)contract->money_decimals, &money)) {
    case FIXED_INEXACT:
        scenario_check_blame(check, path, "has more decimals than the %lld that %s is kept with",
                             (long long)contract->money_decimals, contract->settlement);
        break;
    case FIXED_OVERFLOW:
        scenario_check_blame(check, path,
                             "does not fit 64 bits with the %lld decimals that %s is kept with",
                             (long long)contract->money_decimals, contract->settlement);
        break;
    default:
        break;
    }
}

static void
check_contracts(const struct check *check)
{
    path_text path;
    const struct scenario_venue *venue = &check->scenario->venue;
    for (size_t i = 0; i < venue->contract_count; i++) {
        const struct scenario_contract *contract = &venue->contracts[i];
        check_name(check, scenario_check_path(path, "venue.contracts[%zu].symbol", i),
                   contract->symbol);
        for (size_t j = 0; j < i && contract->symbol != NULL; j++) {
            const char *other = venue->contracts[j].symbol;
            if (other != NULL && strcmp(other, contract->symbol) == 0) {
                scenario_check_blame(check, path, "duplicate symbol: contracts[%zu] has it already",
                                     j);
                break;
            }
        }
        scenario_check_path(path, "venue.contracts[%zu]", i);
        if (scenario_check_clean(check, path))
            scenario_check_tiers(check, i);
    }
}

/* ---- instruments and funds ---- */

const struct scenario_contract *
scenario_check_contract(const struct scenario *scenario, const char *symbol)
{
    for (size_t i = 0; i < scenario->venue.contract_count; i++) {
        const struct scenario_contract *contract = &scenario->venue.contracts[i];
        if (symbol != NULL && contract->symbol != NULL && strcmp(contract->symbol, symbol) == 0)
            return contract;
    }
    return NULL;
}

/* All contracts were read with their symbols, so a symbol not among them is unknown. */
static bool
contracts_known(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->venue.contract_count; i++) {
        if (scenario->venue.contracts[i].symbol == NULL)
            return false;
    }
    return scenario->venue.contract_count > 0;
}

static void
blame_symbol(const struct check *check, const char *path, const char *what, const char *nearest)
{
    scenario_check_blame(check, path, "%s%s%s%s", what, nearest != NULL ? ", did you mean '" : "",
                         nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

static void
check_instruments(const struct check *check)
{
    path_text path;
    const struct scenario *scenario = check->scenario;
    for (size_t i = 0; i < scenario->instrument_count; i++) {
        const struct scenario_instrument *instrument = &scenario->instruments[i];
        if (instrument->symbol == NULL)
            continue;
        scenario_check_path(path, "instruments[%zu].symbol", i);
        if (contracts_known(scenario) &&
            scenario_check_contract(scenario, instrument->symbol) == NULL) {
            const char *nearest = NULL;
            size_t distance = SIZE_MAX;
            for (size_t j = 0; j < scenario->venue.contract_count; j++)
                scenario_text_nearest(instrument->symbol, scenario->venue.contracts[j].symbol,
                                      &nearest, &distance);
            blame_symbol(check, path, "no contract of the venue has this symbol", nearest);
        }
        for (size_t j = 0; j < i; j++) {
            const char *other = scenario->instruments[j].symbol;
            if (other != NULL && strcmp(other, instrument->symbol) == 0) {
                scenario_check_blame(check, path,
                                     "duplicate symbol: instruments[%zu] has it already", j);
                break;
            }
        }
        scenario_check_path(path, "instruments[%zu].tape", i);
        check_name(check, path, instrument->tape);
        scenario_check_path(path, "instruments[%zu].open_interest", i);
        if (scenario->population == &population_positions && instrument->open_interest > 0.0)
            scenario_check_blame(check, path,
                                 "positions come from a file: only a synthetic population has an "
                                 "open_interest to override");
    }
}

static size_t
find_instrument(const struct scenario *scenario, const char *symbol)
{
    for (size_t i = 0; i < scenario->instrument_count; i++) {
        if (scenario->instruments[i].symbol != NULL &&
            strcmp(scenario->instruments[i].symbol, symbol) == 0)
            return i;
    }
    return SIZE_MAX;
}

/* The pool that, before covers[k] of pool f, covers the symbol; NULL when none does. */
static const char *
covered_before(const struct scenario *scenario, size_t f, size_t k, const char *symbol)
{
    for (size_t i = 0; i <= f; i++) {
        const struct scenario_fund *fund = &scenario->funds[i];
        const size_t end = i == f ? k : fund->cover_count;
        for (size_t j = 0; j < end; j++) {
            if (fund->covers[j] != NULL && strcmp(fund->covers[j], symbol) == 0)
                return fund->pool != NULL ? fund->pool : "another pool";
        }
    }
    return NULL;
}

/* One symbol a pool covers; `first` is the contract of the first one, or NULL. */
static const struct scenario_contract *
check_cover(const struct check *check, size_t f, size_t k, const struct scenario_contract *first)
{
    path_text path;
    const struct scenario *scenario = check->scenario;
    const char *symbol = scenario->funds[f].covers[k];
    scenario_check_path(path, "funds[%zu].covers[%zu]", f, k);
    if (symbol == NULL || check->problems->count == SCENARIO_PROBLEMS_MAX)
        return first; /* bounds the work on a hostile file: each bad cover is a problem */
    if (scenario_check_clean(check, "instruments") &&
        find_instrument(scenario, symbol) == SIZE_MAX) {
        const char *nearest = NULL;
        size_t distance = SIZE_MAX;
        for (size_t i = 0; i < scenario->instrument_count; i++)
            scenario_text_nearest(symbol, scenario->instruments[i].symbol, &nearest, &distance);
        blame_symbol(check, path, "no instrument has this symbol", nearest);
    }
    const char *before = covered_before(scenario, f, k, symbol);
    if (before != NULL)
        scenario_check_blame(check, path,
                             "covered by %s already: an instrument has exactly one pool", before);
    const struct scenario_contract *contract = scenario_check_contract(scenario, symbol);
    if (contract == NULL || contract->settlement == NULL || first == NULL)
        return contract != NULL && contract->settlement != NULL && first == NULL ? contract : first;
    if (strcmp(contract->settlement, first->settlement) != 0)
        scenario_check_blame(check, path,
                             "settles in %s, but %s in this pool in %s: a pool has one currency",
                             contract->settlement, first->symbol, first->settlement);
    else if (contract->money_decimals != first->money_decimals)
        scenario_check_blame(check, path,
                             "keeps %s with %lld decimals, but %s in this pool with %lld",
                             contract->settlement, (long long)contract->money_decimals,
                             first->symbol, (long long)first->money_decimals);
    return first;
}

/* One of the amounts of the threshold policy. */
static void
check_policy_amount(const struct check *check, size_t f, const char *key, struct decimal amount,
                    const struct scenario_contract *contract)
{
    path_text path;
    scenario_check_path(path, "funds[%zu].%s", f, key);
    if (amount.value != 0)
        scenario_check_amount(check, path, amount, contract);
    else
        scenario_check_blame(check, path,
                             "missing key '%s': the threshold policy has inject_below, inject_to "
                             "and inject_max",
                             key);
}

/* Capital that is brought to pool f. */
static void
check_injections(const struct check *check, size_t f, const struct scenario_contract *contract)
{
    path_text path;
    const struct scenario_fund *fund = &check->scenario->funds[f];
    scenario_check_path(path, "funds[%zu]", f);
    if (!scenario_check_clean(check, path) || !scenario_check_clean(check, "venue"))
        return;
    for (size_t i = 0; i < fund->injection_count; i++) {
        scenario_check_path(path, "funds[%zu].injections[%zu].time", f, i);
        if (i > 0 && fund->injections[i].time < fund->injections[i - 1].time)
            scenario_check_blame(check, path,
                                 "injections must ascend in time: this one is before "
                                 "the one above it");
        scenario_check_path(path, "funds[%zu].injections[%zu].amount", f, i);
        scenario_check_amount(check, path, fund->injections[i].amount, contract);
    }
    if (fund->inject_below.value == 0 && fund->inject_to.value == 0 && fund->inject_max.value == 0)
        return;
    check_policy_amount(check, f, "inject_below", fund->inject_below, contract);
    check_policy_amount(check, f, "inject_to", fund->inject_to, contract);
    check_policy_amount(check, f, "inject_max", fund->inject_max, contract);
    scenario_check_path(path, "funds[%zu].inject_to", f);
    if (scenario_check_clean(check, path) &&
        decimal_double(fund->inject_to) < decimal_double(fund->inject_below))
        scenario_check_blame(check, path,
                             "must not be below inject_below: the pool would be "
                             "filled up again at once");
}

static void
check_funds(const struct check *check)
{
    path_text path;
    const struct scenario *scenario = check->scenario;
    for (size_t f = 0; f < scenario->fund_count; f++) {
        const struct scenario_fund *fund = &scenario->funds[f];
        const bool clean =
            scenario_check_clean(check, scenario_check_path(path, "funds[%zu].balance", f));
        check_name(check, scenario_check_path(path, "funds[%zu].pool", f), fund->pool);
        for (size_t i = 0; i < f && fund->pool != NULL; i++) {
            const char *other = scenario->funds[i].pool;
            if (other != NULL && strcmp(other, fund->pool) == 0) {
                scenario_check_blame(check, path,
                                     "duplicate pool: funds[%zu] has this name already", i);
                break;
            }
        }
        const struct scenario_contract *first = NULL;
        for (size_t k = 0; k < fund->cover_count; k++)
            first = check_cover(check, f, k, first);
        if (first != NULL)
            check_injections(check, f, first);
        scenario_check_path(path, "funds[%zu].balance", f);
        if (first != NULL && clean && scenario_check_clean(check, "venue"))
            scenario_check_amount(check, path, fund->balance, first);
    }
}

/* Every instrument has a pool. */
static void
check_coverage(const struct check *check)
{
    path_text path;
    const struct scenario *scenario = check->scenario;
    for (size_t i = 0; i < scenario->instrument_count; i++) {
        const char *symbol = scenario->instruments[i].symbol;
        const size_t last = scenario->fund_count - 1;
        scenario_check_path(path, "instruments[%zu].symbol", i);
        if (symbol != NULL && scenario_check_clean(check, path) &&
            covered_before(scenario, last, scenario->funds[last].cover_count, symbol) == NULL)
            scenario_check_blame(
                check, path, "no fund pool covers this instrument: add it to the covers of one");
    }
}

/* ---- tapes and population ---- */

static void
check_tapes(const struct check *check)
{
    path_text path;
    const struct scenario *scenario = check->scenario;
    for (size_t i = 0; i < scenario->tape_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (scenario->tapes[i] != NULL && scenario->tapes[j] != NULL &&
                strcmp(scenario->tapes[i], scenario->tapes[j]) == 0) {
                scenario_check_blame(check, scenario_check_path(path, "tapes[%zu]", i),
                                     "the same file as tapes[%zu]", j);
                break;
            }
        }
    }
}

static void
check_distribution(const struct check *check, const char *path,
                   const struct distribution *distribution, bool is_part)
{
    path_text key;
    if (distribution->kind == NULL || !scenario_check_clean(check, path))
        return;
    const bool weighted = !isnan(distribution->params.weight);
    scenario_check_path(key, "%s.weight", path);
    if (is_part && !weighted)
        scenario_check_blame(check, key, "missing key 'weight': each part of a mixture has one");
    if (!is_part && weighted)
        scenario_check_blame(check, key, "only a part of a mixture has a weight");
    for (size_t i = 0; i < distribution->params.part_count; i++) {
        scenario_check_path(key, "%s.parts[%zu]", path, i);
        check_distribution(check, key, &distribution->params.parts[i], true);
    }
}

static void
check_population(const struct check *check)
{
    const struct population_params *params = &check->scenario->population_params;
    check_distribution(check, "population.leverage", &params->leverage, false);
    check_distribution(check, "population.size", &params->size, false);
    check_distribution(check, "population.lifetime", &params->lifetime, false);
    if (params->leverage.kind == &distribution_constant.model &&
        scenario_check_clean(check, "population.leverage") && params->leverage.params.value < 1.0)
        scenario_check_blame(check, "population.leverage.value", "a leverage is 1 or more");
}

void
scenario_check(const struct scenario *scenario, const struct scenario_node *root,
               struct scenario_problems *problems)
{
    const struct check check = {scenario, root, problems};
    check_times(&check);
    check_tapes(&check);
    check_contracts(&check);
    check_instruments(&check);
    const bool funds = scenario_check_clean(&check, "funds") && scenario->fund_count > 0;
    check_funds(&check);
    if (funds)
        check_coverage(&check);
    check_population(&check);
    scenario_check_rules(&check);
}
