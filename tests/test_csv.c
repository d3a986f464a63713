/* Rows, fields and the place of the first mistake. */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "market/csv.h"

/* Writes what it is given as "a|b;" a row, with the line after it: "a|b@1;". */
struct echo {
    struct csv_cursor cursor;
    struct text text;
    const char *stop_at; /* a field with this text is a mistake */
};

static void
on_field(void *text, size_t length, void *context)
{
    struct echo *echo = context;
    const unsigned column = echo->cursor.column++;
    if (echo->cursor.skip)
        return;
    assert_int_equal(strlen(text), length);
    text_printf(&echo->text, "%s%s", column == 0 ? "" : "|", (const char *)text);
    if (echo->stop_at != NULL && strcmp(text, echo->stop_at) == 0)
        csv_stop(echo->cursor.reader, column + 1, "\"%s\" is not wanted", (const char *)text);
}

static void
on_row(void *context, unsigned fields)
{
    struct echo *echo = context;
    (void)fields;
    text_printf(&echo->text, "@%llu;", (unsigned long long)csv_line(echo->cursor.reader));
}

static const struct csv_handler handler = {on_field, on_row};

static void
test_rows_fields_and_lines(void **state)
{
    static const struct {
        const char *name, *text, *rows;
        uint64_t line;
        unsigned column;
        const char *problem;
    } cases[] = {
        {"plain", "a,b\nc,d\n", "a|b@1;c|d@2;", 0, 0, NULL},
        {"CRLF", "a,b\r\nc,d\r\n", "a|b@1;c|d@2;", 0, 0, NULL},
        {"no final line end", "a,b\nc,d", "a|b@1;c|d@2;", 0, 0, NULL},
        {"empty fields", ",\n,,\n", "|@1;||@2;", 0, 0, NULL},
        {"blank lines count", "a\n\n\nb\n", "a@1;b@4;", 0, 0, NULL},
        {"blank CRLF lines count", "a\r\n\r\nb\r\n", "a@1;b@3;", 0, 0, NULL},
        {"quoted", "\"a,b\",\"c\"\"d\"\n", "a,b|c\"d@1;", 0, 0, NULL},
        {"line end in a field", "\"a\nb\",c\nd\n", "a\nb|c@2;d@3;", 0, 0, NULL},
        {"blanks around", " a , b \n", "a|b@1;", 0, 0, NULL},
        {"nothing", "", "", 0, 0, NULL},
        {"quote inside", "a,b\nc,d\"e\n", "a|b@1;c", 2, 2, "misplaced double quote"},
        {"text after a quote", "\"a\"b,c\n", "", 1, 1, "misplaced double quote"},
        {"unterminated", "a,b\nc,\"d\n", "a|b@1;c", 2, 2, "ends within a quoted field"},
        {"lone CR", "a,b\rc,d\r", "a|b@1;c|d", 1, 0, "carriage return"},
        {"handler's", "a,b\n\nc,no,d\ne\n", "a|b@1;c|no", 3, 2, "\"no\" is not wanted"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t step = 1; step <= 64; step *= 8) { /* in pieces of any size: the same */
            struct echo echo = {.stop_at = "no"};
            struct csv_reader *reader;
            assert_int_equal(csv_open(&reader, &handler, &echo, NULL), OK);
            const size_t length = strlen(cases[i].text);
            bool fine = true;
            for (size_t at = 0; at < length; at += step)
                fine =
                    csv_feed(reader, cases[i].text + at, length - at < step ? length - at : step);
            fine = csv_finish(reader);
            const struct csv_problem *problem = csv_first_problem(reader);
            const char *rows = echo.text.data == NULL ? "" : echo.text.data;
            if (fine != (cases[i].problem == NULL) || strcmp(rows, cases[i].rows) != 0 ||
                problem->line != cases[i].line ||
                (!fine && (problem->column != cases[i].column ||
                           strstr(problem->text, cases[i].problem) == NULL)))
                fail_msg("%s, step %zu: %s, %llu:%u: %s", cases[i].name, step, rows,
                         (unsigned long long)problem->line, problem->column, problem->text);
            csv_close(reader);
            text_clear(&echo.text);
        }
    }
}

static void
test_a_reader_starts_anew(void **state)
{
    struct echo echo = {.stop_at = NULL};
    struct csv_reader *reader;
    assert_int_equal(csv_open(&reader, &handler, &echo, NULL), OK);
    assert_false(csv_feed(reader, "a,\"b\"c\n", 7));
    assert_false(csv_feed(reader, "d\n", 2)); /* the rest is skipped */
    csv_restart(reader);
    assert_true(csv_feed(reader, "e,f\n", 4) && csv_finish(reader));
    assert_int_equal(csv_first_problem(reader)->line, 0);
    assert_string_equal(echo.text.data, "ae|f@1;");
    csv_close(reader);
    text_clear(&echo.text);
}

static void
test_a_field_cannot_eat_the_memory(void **state)
{
    struct echo echo = {.stop_at = NULL};
    struct csv_reader *reader;
    const size_t size = 1 << 18;
    char *block = malloc(size);
    assert_non_null(block);
    memset(block, 'x', size);
    block[0] = '"';
    assert_int_equal(csv_open(&reader, &handler, &echo, NULL), OK);
    int fed = 0;
    while (csv_feed(reader, block, size) && fed < 100) {
        block[0] = 'x';
        fed++;
    }
    assert_in_range(fed, 1, 5);
    assert_non_null(strstr(csv_first_problem(reader)->text, "closing quote"));
    csv_close(reader);
    free(block);
    text_clear(&echo.text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_fields_and_lines),
        cmocka_unit_test(test_a_reader_starts_anew),
        cmocka_unit_test(test_a_field_cannot_eat_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
