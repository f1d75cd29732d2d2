// SQLite behind a small interface.
// Arguments belong to the function called, results to its caller.

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite.h"

typedef exports_guest_sqlite_database_connection_t connection;
typedef exports_guest_sqlite_database_own_connection_t own_connection;
typedef exports_guest_sqlite_database_value_t value;
typedef exports_guest_sqlite_database_list_value_t values;
typedef exports_guest_sqlite_database_rows_t rows;
typedef exports_guest_sqlite_database_error_t error;

struct exports_guest_sqlite_database_connection_t {
  sqlite3 *db;
};

static void *allocate(size_t size) {
  void *memory = malloc(size ? size : 1);
  if (!memory) abort();
  return memory;
}

static char *terminated(sqlite_string_t *text) {
  char *copy = allocate(text->len + 1);
  memcpy(copy, text->ptr, text->len);
  copy[text->len] = 0;
  sqlite_string_free(text);
  return copy;
}

static void set_error(error *err, sqlite3 *db) {
  err->code = sqlite3_extended_errcode(db);
  sqlite_string_dup(&err->message, sqlite3_errmsg(db));
}

bool exports_guest_sqlite_database_static_connection_open(sqlite_string_t *path, bool read_only, own_connection *ret,
                                                          error *err) {
  char *name = terminated(path);
  int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3 *db;
  int code = sqlite3_open_v2(name, &db, flags, NULL);
  free(name);
  if (code != SQLITE_OK) {
    set_error(err, db);
    sqlite3_close(db);
    return false;
  }
  connection *self = allocate(sizeof *self);
  self->db = db;
  *ret = exports_guest_sqlite_database_connection_new(self);
  return true;
}

void exports_guest_sqlite_database_connection_destructor(connection *self) {
  sqlite3_close(self->db);
  free(self);
}

static int bind(sqlite3_stmt *statement, int at, const value *v) {
  switch (v->tag) {
    case EXPORTS_GUEST_SQLITE_DATABASE_VALUE_INTEGER:
      return sqlite3_bind_int64(statement, at, v->val.integer);
    case EXPORTS_GUEST_SQLITE_DATABASE_VALUE_REAL:
      return sqlite3_bind_double(statement, at, v->val.real);
    case EXPORTS_GUEST_SQLITE_DATABASE_VALUE_TEXT:
      return sqlite3_bind_text(statement, at, (char *)v->val.text.ptr, v->val.text.len, SQLITE_TRANSIENT);
    case EXPORTS_GUEST_SQLITE_DATABASE_VALUE_BLOB:
      return sqlite3_bind_blob(statement, at, v->val.blob.ptr, v->val.blob.len, SQLITE_TRANSIENT);
    default:
      return sqlite3_bind_null(statement, at);
  }
}

static value column(sqlite3_stmt *statement, int at) {
  value v = {.tag = EXPORTS_GUEST_SQLITE_DATABASE_VALUE_NULL};
  size_t length;
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER:
      v.tag = EXPORTS_GUEST_SQLITE_DATABASE_VALUE_INTEGER;
      v.val.integer = sqlite3_column_int64(statement, at);
      break;
    case SQLITE_FLOAT:
      v.tag = EXPORTS_GUEST_SQLITE_DATABASE_VALUE_REAL;
      v.val.real = sqlite3_column_double(statement, at);
      break;
    case SQLITE_TEXT: {
      v.tag = EXPORTS_GUEST_SQLITE_DATABASE_VALUE_TEXT;
      const char *text = (const char *)sqlite3_column_text(statement, at);
      sqlite_string_dup_n(&v.val.text, text, sqlite3_column_bytes(statement, at));
      break;
    }
    case SQLITE_BLOB: {
      v.tag = EXPORTS_GUEST_SQLITE_DATABASE_VALUE_BLOB;
      const void *bytes = sqlite3_column_blob(statement, at);
      length = sqlite3_column_bytes(statement, at);
      v.val.blob.ptr = allocate(length);
      v.val.blob.len = length;
      if (length > 0) memcpy(v.val.blob.ptr, bytes, length);
      break;
    }
  }
  return v;
}

static void add_row(rows *rows, sqlite3_stmt *statement, int columns, size_t *capacity) {
  if (rows->values.len == *capacity) {
    *capacity = *capacity ? *capacity * 2 : 16;
    rows->values.ptr = realloc(rows->values.ptr, *capacity * sizeof *rows->values.ptr);
    if (!rows->values.ptr) abort();
  }
  values *row = &rows->values.ptr[rows->values.len++];
  row->len = columns;
  row->ptr = allocate(columns * sizeof *row->ptr);
  for (int i = 0; i < columns; i++) row->ptr[i] = column(statement, i);
}

bool exports_guest_sqlite_database_method_connection_query(connection *self, sqlite_string_t *sql, values *parameters,
                                                           rows *ret, error *err) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(self->db, (char *)sql->ptr, sql->len, &statement, NULL);
  for (size_t i = 0; code == SQLITE_OK && i < parameters->len; i++) {
    code = bind(statement, i + 1, &parameters->ptr[i]);
  }
  sqlite_string_free(sql);
  exports_guest_sqlite_database_list_value_free(parameters);
  memset(ret, 0, sizeof *ret);
  if (code == SQLITE_OK) {
    int columns = sqlite3_column_count(statement);
    size_t capacity = 0;
    ret->columns.len = columns;
    ret->columns.ptr = allocate(columns * sizeof *ret->columns.ptr);
    for (int i = 0; i < columns; i++) sqlite_string_dup(&ret->columns.ptr[i], sqlite3_column_name(statement, i));
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) add_row(ret, statement, columns, &capacity);
  }
  bool ok = code == SQLITE_DONE;
  if (!ok) {
    set_error(err, self->db);
    exports_guest_sqlite_database_rows_free(ret);
  }
  sqlite3_finalize(statement);
  return ok;
}

bool exports_guest_sqlite_database_method_connection_execute(connection *self, sqlite_string_t *script, uint64_t *ret,
                                                             error *err) {
  char *text = terminated(script);
  int64_t before = sqlite3_total_changes64(self->db);
  int code = sqlite3_exec(self->db, text, NULL, NULL, NULL);
  free(text);
  if (code != SQLITE_OK) {
    set_error(err, self->db);
    return false;
  }
  *ret = sqlite3_total_changes64(self->db) - before;
  return true;
}

int64_t exports_guest_sqlite_database_method_connection_last_row(connection *self) {
  return sqlite3_last_insert_rowid(self->db);
}

void exports_guest_sqlite_database_version(sqlite_string_t *ret) { sqlite_string_dup(ret, sqlite3_libversion()); }
