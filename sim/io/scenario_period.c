#include "io/scenario_period.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timeline.h"
#include "io/scenario.h"
#include "io/scenario_check.h"
#include "io/scenario_fill.h"
#include "io/scenario_table.h"

enum { PERIODS_MAX = 64 };

/* When a set of rules holds; 0: not stated. */
struct period {
    struct scenario_node *node; /* borrowed */
    time_ns_t from, to;
};

struct periods {
    struct scenario_tree *tree;  /* borrowed */
    struct scenario_node *venue; /* borrowed */
    struct period item[PERIODS_MAX];
    size_t count;
};

static const struct scenario_node *
child(const struct scenario_node *node, const char *key)
{
    const size_t index = scenario_node_find(node, key);
    return index == SIZE_MAX ? NULL : node->children[index];
}

/* The time under `key`; 0 when there is none that can be read, which the tables complain about. */
static time_ns_t
time_under(const struct scenario_node *node, const char *key)
{
    const struct scenario_node *value = child(node, key);
    time_ns_t time = 0;
    if (value == NULL || value->kind != NODE_SCALAR ||
        !timeline_parse(value->text, value->length, &time))
        return 0;
    return time;
}

static void blame(const struct periods *periods, size_t i, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A problem at a key of period i, or at the period where it lacks the key. */
static void
blame(const struct periods *periods, size_t i, const char *key, const char *format, ...)
{
    char path[SCENARIO_PATH_MAX], message[SCENARIO_MESSAGE_MAX];
    const struct scenario_node *node = periods->item[i].node, *at = child(node, key);
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    snprintf(path, sizeof(path), "venue.periods[%zu].%s", i, key);
    scenario_problem_add(periods->tree->problems, at != NULL ? at->place : node->place, ERR_RANGE,
                         path, "%s", message);
}

/* That a period begins when the one before it ends. */
static void
check_joint(const struct periods *periods, size_t i)
{
    const struct period *before = &periods->item[i - 1], *now = &periods->item[i];
    if (child(before->node, "valid_to") == NULL)
        blame(periods, i - 1, "valid_to",
              "missing key 'valid_to': only the last period is open-ended");
    if (child(now->node, "valid_from") == NULL)
        blame(periods, i, "valid_from",
              "missing key 'valid_from': only the first period may begin at any time");
    if (before->to == 0 || now->from == 0 || now->from == before->to)
        return;
    char start[TIMELINE_TEXT_MAX], end[TIMELINE_TEXT_MAX], begin[TIMELINE_TEXT_MAX];
    timeline_format(start, before->from);
    timeline_format(end, before->to);
    timeline_format(begin, now->from);
    if (before->from != 0 && now->from < before->from)
        blame(periods, i, "valid_from",
              "periods must ascend: the one before this begins at %s, this one at %s", start,
              begin);
    else
        blame(periods, i, "valid_from",
              "%s: the period before this one ends at %s, and this one begins at %s",
              now->from > before->to ? "a gap" : "an overlap", end, begin);
}

/* A mapping of the period's keys and those of the venue it does not state; children are borrowed
 * from both, the arrays are owned.  False when out of memory. */
static bool
compose(const struct periods *periods, size_t i, struct scenario_node *whole)
{
    const struct scenario_node *own = periods->item[i].node, *venue = periods->venue;
    *whole = (struct scenario_node){
        .kind = NODE_MAPPING,
        .place = own->place,
        .keys = calloc(own->count + venue->count, sizeof(struct scenario_node *)),
        .children = calloc(own->count + venue->count, sizeof(struct scenario_node *)),
        .capacity = own->count + venue->count,
    };
    if (whole->keys == NULL || whole->children == NULL) {
        free(whole->keys);
        free(whole->children);
        periods->tree->problems->out_of_memory = true;
        return false;
    }
    for (size_t k = 0; k < own->count; k++, whole->count++) {
        whole->keys[whole->count] = own->keys[k];
        whole->children[whole->count] = own->children[k];
    }
    for (size_t k = 0; k < venue->count; k++) {
        const char *key = venue->keys[k]->text;
        if (strcmp(key, "periods") == 0 || scenario_node_find(own, key) != SIZE_MAX)
            continue;
        whole->keys[whole->count] = venue->keys[k];
        whole->children[whole->count++] = venue->children[k];
    }
    return true;
}

/* Problems of a period's venue become those of the file, under the period's path where the period
 * states the key itself. */
static void
adopt(const struct periods *periods, size_t i, const struct scenario_problems *found)
{
    for (size_t k = 0; k < found->count; k++) {
        const struct scenario_problem *problem = &found->items[k];
        const char *rest = problem->path + strlen("venue");
        char key[SCENARIO_PATH_MAX], path[SCENARIO_PATH_MAX];
        const size_t length = rest[0] == '.' ? strcspn(rest + 1, ".[") : 0;
        snprintf(key, sizeof(key), "%.*s", (int)length, rest + (length > 0));
        const bool own = length == 0 || child(periods->item[i].node, key) != NULL;
        if (own)
            snprintf(path, sizeof(path), "venue.periods[%zu]%s", i, rest);
        else
            snprintf(path, sizeof(path), "venue%s", rest);
        scenario_problem_add(periods->tree->problems, problem->place, problem->status, path, "%s",
                             problem->message);
    }
    periods->tree->problems->out_of_memory |= found->out_of_memory;
}

/* What the tables and the checks say of a period that is not taken: a mistake in it is one all the
 * same. */
static void
check_unused(const struct periods *periods, size_t i)
{
    struct scenario_problems found = {0};
    struct scenario_node whole, name = *periods->item[i].node, root = name;
    struct scenario_node *keys[] = {&name}, *children[] = {&whole};
    struct scenario scenario = {0};
    struct scenario_fill fill = {.problems = &found, .directory = ""};
    if (!compose(periods, i, &whole))
        return;
    name = (struct scenario_node){.kind = NODE_SCALAR, .place = name.place, .text = "venue"};
    root = (struct scenario_node){
        .kind = NODE_MAPPING, .place = root.place, .keys = keys, .children = children, .count = 1};
    const size_t cut = scenario_path_key(&fill.path, "venue");
    scenario_fill_section(&fill, &whole, scenario_table_venue, &scenario.venue);
    scenario_path_cut(&fill.path, cut);
    scenario_check(&scenario, &root, &found);
    adopt(periods, i, &found);
    scenario_problem_clear(&found);
    scenario_fill_clear(scenario_table_venue, &scenario.venue);
    free(whole.keys);
    free(whole.children);
}

/* Puts period i in the venue's place: its own keys, and the shared ones it does not state. */
static void
take(const struct periods *periods, size_t i)
{
    struct scenario_node *venue = periods->venue, *own = periods->item[i].node;
    struct scenario_node **slot =
        &periods->tree->root->children[scenario_node_find(periods->tree->root, "venue")];
    struct scenario_node *whole = scenario_node_new(NODE_MAPPING, own->place);
    struct scenario_node composed;
    if (whole == NULL || !compose(periods, i, &composed)) {
        free(whole);
        periods->tree->problems->out_of_memory = true;
        return;
    }
    *whole = composed;
    /* What was taken is owned by `whole` now: the rest goes with the old tree. */
    own->count = 0;
    size_t kept = 0;
    for (size_t k = 0; k < venue->count; k++) {
        const size_t at = scenario_node_find(whole, venue->keys[k]->text);
        if (at != SIZE_MAX && whole->keys[at] == venue->keys[k])
            continue;
        venue->keys[kept] = venue->keys[k];
        venue->children[kept++] = venue->children[k];
    }
    venue->count = kept;
    scenario_node_free(venue);
    *slot = whole;
}

/* The period that holds `from`, or SIZE_MAX after a problem. */
static size_t
find_period(const struct periods *periods, time_ns_t from)
{
    const struct scenario_node *window = child(periods->tree->root, "window");
    const struct scenario_node *at = child(window, "from");
    const struct period *first = &periods->item[0], *last = &periods->item[periods->count - 1];
    char asked[TIMELINE_TEXT_MAX], bound[TIMELINE_TEXT_MAX];
    timeline_format(asked, from);
    for (size_t i = 0; i < periods->count; i++) {
        if (from >= periods->item[i].from &&
            (periods->item[i].to == 0 || from < periods->item[i].to))
            return i;
    }
    const bool before = from < first->from;
    timeline_format(bound, before ? first->from : last->to);
    scenario_problem_add(periods->tree->problems, at->place, ERR_RANGE, "window.from",
                         "the window begins at %s, and the venue's %s period %s at %s", asked,
                         before ? "first" : "last", before ? "begins" : "ends", bound);
    return SIZE_MAX;
}

static void
check_window_end(const struct periods *periods, size_t i, time_ns_t to)
{
    const struct scenario_node *window = child(periods->tree->root, "window");
    const struct period *period = &periods->item[i];
    char end[TIMELINE_TEXT_MAX];
    if (period->to == 0 || to <= period->to)
        return;
    timeline_format(end, period->to);
    scenario_problem_add(
        periods->tree->problems, child(window, "to")->place, ERR_RANGE, "window.to",
        "the venue's %s at %s, within the window%s",
        i + 1 < periods->count ? "rules change" : "last period ends", end,
        i + 1 < periods->count ? ": make two runs, one up to that instant and one from it" : "");
}

/* Reads the times of all periods; false when the list is none. */
static bool
read_periods(struct periods *periods, const struct scenario_node *list)
{
    struct scenario_problems *problems = periods->tree->problems;
    if (list->kind == NODE_BROKEN)
        return false;
    if (list->kind != NODE_LIST || list->count == 0 || list->count > PERIODS_MAX) {
        scenario_problem_add(problems, list->place, ERR_PARSE, "venue.periods",
                             "a list of 1 to %d periods is needed here", PERIODS_MAX);
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct scenario_node *node = list->children[i];
        if (node->kind != NODE_MAPPING) {
            if (node->kind != NODE_BROKEN)
                scenario_problem_add(problems, node->place, ERR_PARSE, "venue.periods",
                                     "a period is a mapping of keys");
            return false;
        }
        periods->item[periods->count++] =
            (struct period){node, time_under(node, "valid_from"), time_under(node, "valid_to")};
    }
    return true;
}

bool
scenario_period_pick(struct scenario_tree *tree)
{
    const struct scenario_node *root = tree->root;
    const size_t at = scenario_node_find(root, "venue");
    if (at == SIZE_MAX || child(root->children[at], "periods") == NULL)
        return false;
    struct periods *periods = calloc(1, sizeof(*periods));
    if (periods == NULL) {
        tree->problems->out_of_memory = true;
        return false;
    }
    periods->tree = tree;
    periods->venue = root->children[at];
    const struct scenario_node *window = child(root, "window");
    const time_ns_t from = window != NULL ? time_under(window, "from") : 0;
    const time_ns_t to = window != NULL ? time_under(window, "to") : 0;
    const bool readable = read_periods(periods, child(periods->venue, "periods"));
    for (size_t i = 1; readable && i < periods->count; i++)
        check_joint(periods, i);
    if (readable) {
        const bool sound = !scenario_problem_under(tree->problems, "venue.periods");
        size_t taken = from != 0 && sound ? find_period(periods, from) : periods->count - 1;
        if (taken == SIZE_MAX)
            taken = periods->count - 1;
        else if (from != 0 && sound)
            check_window_end(periods, taken, to);
        for (size_t i = 0; i < periods->count; i++) {
            if (i != taken)
                check_unused(periods, i);
        }
        take(periods, taken);
    }
    free(periods);
    return readable && from == 0;
}
