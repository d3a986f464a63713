#include "io/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "io/scenario_check.h"
#include "io/scenario_fill.h"
#include "io/scenario_load.h"
#include "io/scenario_period.h"
#include "io/scenario_problem.h"
#include "io/scenario_set.h"
#include "io/scenario_table.h"

void
scenario_clear(struct scenario *scenario)
{
    scenario_fill_clear(scenario_table_root, scenario);
    for (size_t i = 0; i < scenario->override_count; i++)
        free(scenario->overrides[i]);
    free(scenario->overrides);
    free(scenario->path);
    *scenario = (struct scenario){0};
}

enum scenario_mark
scenario_mark_of(const struct scenario *scenario, size_t instrument)
{
    static const enum scenario_mark by_trigger[] = {
        [TRIGGER_MARK] = MARK_TAPE, [TRIGGER_INDEX] = MARK_INDEX, [TRIGGER_LAST] = MARK_LAST};
    const enum scenario_mark mark = (enum scenario_mark)scenario->instruments[instrument].mark;
    return mark == MARK_TAPE ? by_trigger[scenario->venue.trigger_price] : mark;
}

/* Keeps where the scenario is from: its path and the overrides. */
static bool
remember(struct scenario *scenario, const char *path, const char *const *overrides, size_t count)
{
    scenario->path = strdup(path);
    if (scenario->path == NULL)
        return false;
    if (count == 0)
        return true;
    scenario->overrides = calloc(count, sizeof(char *));
    if (scenario->overrides == NULL)
        return false;
    scenario->override_count = count;
    for (size_t i = 0; i < count; i++) {
        scenario->overrides[i] = strdup(overrides[i]);
        if (scenario->overrides[i] == NULL)
            return false;
    }
    return true;
}

/* Whether a --set argument names something inside the venue. */
static bool
is_in_venue(const char *override)
{
    return strncmp(override, "venue", 5) == 0 && (override[5] == '.' || override[5] == '[');
}

/* From files to a filled and checked scenario, or to problems. */
static void
build(struct scenario *scenario, struct scenario_tree *tree, const char *const *overrides,
      size_t override_count)
{
    /* What is set inside the venue is set in the period that is taken, which depends on the
     * rest. */
    for (size_t i = 0; i < override_count && tree->root != NULL; i++) {
        if (!is_in_venue(overrides[i]))
            scenario_set_apply(tree, overrides[i]);
    }
    if (tree->root == NULL)
        return;
    scenario_load_venue(tree);
    scenario->last_period = scenario_period_pick(tree);
    for (size_t i = 0; i < override_count; i++) {
        if (is_in_venue(overrides[i]))
            scenario_set_apply(tree, overrides[i]);
    }
    struct scenario_fill fill = {.problems = tree->problems, .directory = tree->directory};
    scenario_fill_section(&fill, tree->root, scenario_table_root, scenario);
    scenario_check(scenario, tree->root, tree->problems);
}

enum status
scenario_read(struct scenario *scenario, const char *path, const char *const *overrides,
              size_t override_count, struct text *problems, struct error *err)
{
    *scenario = (struct scenario){0};
    struct scenario_problems found = {0};
    struct scenario_tree tree = {.problems = &found};
    struct error own = {0};
    if (err == NULL)
        err = &own;
    enum status status = scenario_load(&tree, path, err);
    if (status != OK && problems != NULL)
        text_printf(problems, "%s\n", err->message);
    if (status == OK) {
        build(scenario, &tree, overrides, override_count);
        if (!remember(scenario, path, overrides, override_count))
            found.out_of_memory = true;
        status = scenario_problem_report(&found, problems, err);
        if (status == ERR_MEMORY && problems != NULL)
            text_printf(problems, "%s\n", err->message);
    }
    if (status != OK)
        scenario_clear(scenario);
    scenario_load_clear(&tree);
    scenario_problem_clear(&found);
    return status;
}
