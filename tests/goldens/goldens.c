/*
 * goldens.c - every row of a table of published figures against this simulator's functions.
 *
 *     goldens FILE.csv BRACKETS.json    columns id, inputs, expected and rounding, in any order;
 *                                       the table that one row is about
 *
 * A row nobody answers, an answer without its row and an answer that compares nothing are failures.
 * Exit 1 when something failed, 66 when the file cannot be read, 64 for a wrong command line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "golden_brackets.h"
#include "market/csv.h"

enum { ROWS_MAX = 512, COLUMNS_MAX = 32 };

struct table {
    struct csv_cursor cursor; /* first */
    char *field[COLUMNS_MAX]; /* of the row being read; owned */
    int place[4];             /* columns of id, inputs, expected, rounding */
    char *row[ROWS_MAX][4];   /* owned */
    size_t count;
    bool headed;
};

static const char *const columns[] = {"id", "inputs", "expected", "rounding"};

static void
take_field(void *text, size_t length, void *context)
{
    struct table *table = context;
    const unsigned column = table->cursor.column++;
    (void)length;
    if (column < COLUMNS_MAX) {
        free(table->field[column]);
        table->field[column] = strdup(text);
    }
}

static void
take_row(void *context, unsigned fields)
{
    struct table *table = context;
    for (int i = 0; i < 4; i++) {
        if (!table->headed) {
            table->place[i] = -1;
            for (unsigned k = 0; k < fields && k < COLUMNS_MAX; k++) {
                if (strcmp(table->field[k], columns[i]) == 0)
                    table->place[i] = (int)k;
            }
            if (table->place[i] < 0)
                csv_stop(table->cursor.reader, 0, "no column '%s'", columns[i]);
        } else if (table->count < ROWS_MAX && (unsigned)table->place[i] < fields) {
            table->row[table->count][i] = strdup(table->field[table->place[i]]);
        }
    }
    table->count += table->headed;
    table->headed = true;
}

static bool
read_table(struct table *table, const char *path)
{
    static const struct csv_handler handler = {.field = take_field, .row = take_row};
    struct csv_reader *reader;
    char block[65536 + CSV_READABLE];
    FILE *file = fopen(path, "r");
    if (file == NULL || csv_open(&reader, &handler, table, NULL) != OK) {
        fprintf(stderr, "goldens: cannot read %s\n", path);
        return false;
    }
    bool good = true;
    for (size_t size; good && (size = fread(block, 1, 65536, file)) > 0;)
        good = csv_feed(reader, block, size);
    good = good && csv_finish(reader);
    if (!good)
        fprintf(stderr, "goldens: %s:%llu: %s\n", path,
                (unsigned long long)csv_first_problem(reader)->line,
                csv_first_problem(reader)->text);
    csv_close(reader);
    fclose(file);
    return good;
}

static const struct golden_answer *const answers[] = {golden_margin_answers, golden_fund_answers,
                                                      golden_rate_answers};
enum { FAMILIES = sizeof(answers) / sizeof(*answers) };

static const struct golden_answer *
find_answer(const char *id)
{
    for (size_t f = 0; f < FAMILIES; f++) {
        for (const struct golden_answer *answer = answers[f]; answer->id != NULL; answer++) {
            if (strcmp(answer->id, id) == 0)
                return answer;
        }
    }
    return NULL;
}

/* Evaluates one row; true when all its figures agree. */
static bool
check_row(char *const *texts)
{
    struct golden row = {
        .id = texts[0], .inputs = texts[1], .expected = texts[2], .rounding = texts[3]};
    const struct golden_answer *answer = find_answer(row.id);
    golden_read(&row);
    if (answer != NULL)
        answer->answer(&row);
    const bool good = answer != NULL && !row.failed && row.compared > 0;
    printf("%-7s %s%s%s\n", good ? "ok" : "failed", row.id, good ? "" : " ",
           good             ? ""
           : answer == NULL ? "nobody answers it"
           : row.failed     ? row.why
                            : "nothing was compared");
    return good;
}

/* Answers whose row the table does not have. */
static size_t
count_orphans(const struct table *table)
{
    size_t orphans = 0;
    for (size_t f = 0; f < FAMILIES; f++) {
        for (const struct golden_answer *answer = answers[f]; answer->id != NULL; answer++) {
            bool found = false;
            for (size_t i = 0; i < table->count; i++)
                found |= strcmp(table->row[i][0], answer->id) == 0;
            if (!found)
                printf("failed  %s the table has no such row\n", answer->id);
            orphans += !found;
        }
    }
    return orphans;
}

int
main(int argc, char **argv)
{
    static struct table table;
    size_t failed = 0;
    if (argc != 3) {
        fputs("usage: goldens FILE.csv BRACKETS.json\n", stderr);
        return 64;
    }
    golden_brackets_path = argv[2];
    if (!read_table(&table, argv[1]))
        return 66;
    for (size_t i = 0; i < table.count; i++)
        failed += !check_row(table.row[i]);
    failed += count_orphans(&table);
    printf("\n%zu rows, %zu failed\n", table.count, failed);
    return failed == 0 && table.count > 0 ? 0 : 1;
}
