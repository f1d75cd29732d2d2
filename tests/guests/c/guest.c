// A library in C: geometry, a resource, and a little of the C library.
// Arguments belong to the function called, results to its caller.

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "c.h"

typedef exports_guest_c_geometry_point_t point;
typedef exports_guest_c_geometry_list_point_t points;
typedef exports_guest_c_geometry_figure_t figure;

bool exports_guest_c_geometry_area(figure *f, double *ret, c_string_t *err) {
  bool ok = true;
  switch (f->tag) {
    case EXPORTS_GUEST_C_GEOMETRY_FIGURE_CIRCLE:
      *ret = M_PI * f->val.circle.f1 * f->val.circle.f1;
      break;
    case EXPORTS_GUEST_C_GEOMETRY_FIGURE_POLYGON: {
      const points *p = &f->val.polygon;
      if (p->len < 3) {
        char text[64];
        snprintf(text, sizeof text, "%zu points are no polygon", p->len);
        c_string_dup(err, text);
        ok = false;
        break;
      }
      double twice = 0;
      for (size_t i = 0; i < p->len; i++) {
        point a = p->ptr[i], b = p->ptr[(i + 1) % p->len];
        twice += a.x * b.y - b.x * a.y;
      }
      *ret = fabs(twice) / 2;
      break;
    }
    default:
      *ret = 0;
  }
  exports_guest_c_geometry_figure_free(f);
  return ok;
}

void exports_guest_c_geometry_mirrored(points *list, exports_guest_c_geometry_mirror_t by, points *ret) {
  for (size_t i = 0; i < list->len; i++) {
    if (by & EXPORTS_GUEST_C_GEOMETRY_MIRROR_X) list->ptr[i].x = -list->ptr[i].x;
    if (by & EXPORTS_GUEST_C_GEOMETRY_MIRROR_Y) list->ptr[i].y = -list->ptr[i].y;
  }
  *ret = *list;
}

bool exports_guest_c_geometry_extent(points *list, exports_guest_c_geometry_axis_t along, c_tuple2_f64_f64_t *ret) {
  bool some = list->len > 0;
  ret->f0 = INFINITY;
  ret->f1 = -INFINITY;
  for (size_t i = 0; i < list->len; i++) {
    double at = along == EXPORTS_GUEST_C_GEOMETRY_AXIS_X ? list->ptr[i].x : list->ptr[i].y;
    ret->f0 = fmin(ret->f0, at);
    ret->f1 = fmax(ret->f1, at);
  }
  exports_guest_c_geometry_list_point_free(list);
  return some;
}

struct exports_guest_c_stacks_stack_t {
  c_string_t *items;
  size_t length, capacity;
};
typedef struct exports_guest_c_stacks_stack_t stack;

static uint32_t live_stacks;

static stack *new_stack(void) {
  live_stacks++;
  return calloc(1, sizeof(stack));
}

static void push(stack *s, c_string_t item) {
  if (s->length == s->capacity) {
    s->capacity = s->capacity ? s->capacity * 2 : 4;
    s->items = realloc(s->items, s->capacity * sizeof *s->items);
    if (!s->items) abort();
  }
  s->items[s->length++] = item;
}

exports_guest_c_stacks_own_stack_t exports_guest_c_stacks_constructor_stack(void) {
  return exports_guest_c_stacks_stack_new(new_stack());
}

uint32_t exports_guest_c_stacks_method_stack_push(stack *self, c_string_t *text) {
  push(self, *text);
  return self->length;
}

bool exports_guest_c_stacks_method_stack_pop(stack *self, c_string_t *ret) {
  if (self->length == 0) return false;
  *ret = self->items[--self->length];
  return true;
}

uint32_t exports_guest_c_stacks_method_stack_take_all(stack *self, stack *other) {
  if (self != other) {
    for (size_t i = 0; i < other->length; i++) push(self, other->items[i]);
    other->length = 0;
  }
  return self->length;
}

exports_guest_c_stacks_own_stack_t exports_guest_c_stacks_static_stack_of(c_list_string_t *texts) {
  stack *s = new_stack();
  for (size_t i = 0; i < texts->len; i++) push(s, texts->ptr[i]);
  // The texts live on in the stack, only the list goes.
  free(texts->ptr);
  return exports_guest_c_stacks_stack_new(s);
}

void exports_guest_c_stacks_stack_destructor(stack *s) {
  for (size_t i = 0; i < s->length; i++) c_string_free(&s->items[i]);
  free(s->items);
  free(s);
  live_stacks--;
}

uint32_t exports_guest_c_stacks_live(void) { return live_stacks; }

static int compare(const void *a, const void *b) {
  return guest_c_host_compare((c_string_t *)a, (c_string_t *)b);
}

void exports_c_sort(c_list_string_t *texts, c_list_string_t *ret) {
  qsort(texts->ptr, texts->len, sizeof *texts->ptr, compare);
  *ret = *texts;
}

uint32_t exports_c_crc32(c_list_u8_t *bytes) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < bytes->len; i++) {
    crc ^= bytes->ptr[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  c_list_u8_free(bytes);
  return ~crc;
}

static char *terminated(c_string_t *text) {
  char *copy = malloc(text->len + 1);
  if (!copy) abort();
  memcpy(copy, text->ptr, text->len);
  copy[text->len] = 0;
  c_string_free(text);
  return copy;
}

bool exports_c_first_line(c_string_t *path, c_string_t *ret, c_string_t *err) {
  char *name = terminated(path);
  FILE *file = fopen(name, "r");
  free(name);
  if (!file) {
    c_string_dup(err, strerror(errno));
    return false;
  }
  char *line = NULL;
  size_t capacity = 0;
  ssize_t length = getline(&line, &capacity, file);
  fclose(file);
  if (length > 0 && line[length - 1] == '\n') length--;
  c_string_dup_n(ret, line, length > 0 ? length : 0);
  free(line);
  return true;
}

bool exports_c_environment(c_string_t *name, c_string_t *ret) {
  char *key = terminated(name);
  const char *value = getenv(key);
  free(key);
  if (value) c_string_dup(ret, value);
  return value != NULL;
}
