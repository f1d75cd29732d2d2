// A program of wasi-libc. `program.wasm` is made by `zig cc --target=wasm32-wasi -Oz -s program.c -o program.wasm` (zig 0.17.1).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>
#include <poll.h>
#include <time.h>
static int cmp(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }
int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) printf("arg %d %s\n", i, argv[i]);
  printf("env %s\n", getenv("KEY") ? getenv("KEY") : "(none)");
  char line[100];
  while (fgets(line, sizeof line, stdin)) printf("in %s", line);
  FILE *f = fopen("/data/made.txt", "w+");
  if (!f) { printf("open: %s\n", strerror(errno)); return 3; }
  for (int i = 0; i < 1000; i++) fprintf(f, "line %d\n", i);
  fseek(f, 70, SEEK_SET);
  printf("at 70: %s", fgets(line, sizeof line, f));
  fclose(f);
  f = fopen("/data/made.txt", "a"); fputs("appended\n", f); fclose(f);
  struct stat st; stat("/data/made.txt", &st);
  printf("size %lld regular %d\n", (long long)st.st_size, S_ISREG(st.st_mode));
  printf("mkdir %d", mkdir("/data/d", 0777)); printf(" again %d %s\n", mkdir("/data/d", 0777), strerror(errno));
  rename("/data/made.txt", "/data/d/moved.txt");
  symlink("d/moved.txt", "/data/soft");
  char target[100]; ssize_t n = readlink("/data/soft", target, 99); printf("link %.*s\n", (int)n, target);
  printf("escape %d", open("/data/../x", O_RDONLY)); printf(" %s\n", strerror(errno));
  symlink("../../..", "/data/out");
  printf("out %d", open("/data/out/x", O_RDONLY)); printf(" %s\n", strerror(errno));
  for (int i = 0; i < 300; i++) { char name[50]; sprintf(name, "/data/d/f%d", i); close(open(name, O_CREAT | O_WRONLY, 0666)); }
  DIR *d = opendir("/data/d"); struct dirent *e; char *names[400]; int count = 0;
  while ((e = readdir(d))) names[count++] = strdup(e->d_name);
  closedir(d); qsort(names, count, sizeof *names, cmp);
  printf("%d names, %s to %s\n", count, names[0], names[count - 1]);
  struct timespec t = {0, 1000000}; printf("sleep %d\n", nanosleep(&t, 0));
  printf("rmdir %d", rmdir("/data/d")); printf(" %s\n", strerror(errno));
  int fd = open("/data/d/moved.txt", O_RDWR); ftruncate(fd, 5); lseek(fd, 0, SEEK_END); write(fd, "xyz", 3);
  char b[20] = {0}; pread(fd, b, 19, 0); printf("pread %s\n", b);
  struct pollfd p = {1, POLLOUT, 0}; printf("poll %d\n", poll(&p, 1, 10));
  unlink("/data/soft");
  printf("missing %d", open("/data/soft", O_RDONLY)); printf(" %s\n", strerror(errno));
  return 42;
}
