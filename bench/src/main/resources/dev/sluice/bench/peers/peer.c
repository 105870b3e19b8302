/*
 * The one client of all end-to-end measurements, and the kernel's own server: blocking sockets, one
 * thread a connection, nothing clever. What is measured is printed as one line of JSON.
 *
 *   peer serve                                  sink on 9, source on 19, echo on 7, until it is killed
 *   peer send|receive|pingpong|connect  HOST PORT [--flows N] [--warm MS] [--time MS] [--size OCTETS]
 *                                                 [--cpu N] [--netns PID] [--spin]
 *
 * --netns joins the network namespace of a process, --cpu pins all threads to one processor.
 * The congestion control is cubic, whatever the machine's default: BBR paces, and hides the rest.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536
#define MAX_FLOWS 64
#define MAX_SAMPLES (1 << 20)

enum phase { WARMING, MEASURING, OVER };

struct flow {
  pthread_t thread;
  uint64_t amount; /* octets, round trips or connections while measuring */
  uint32_t *samples; /* nanoseconds, of the first MAX_SAMPLES */
  int count;
};

static _Atomic int phase = WARMING;
static _Atomic int failures;
static struct sockaddr_in server;
static char mode;
static int size = 1;
static int spins;
static struct flow flows[MAX_FLOWS];

static void die(const char *what) {
  fprintf(stderr, "peer: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t) t.tv_sec * 1000000000u + t.tv_nsec;
}

static void settle(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int dial(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  settle(fd);
  struct timeval patience = {5, 0}; /* a peer that hangs ends the run */
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(fd, (struct sockaddr *) &server, sizeof server) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

static int exchange(int fd, char *buffer, int octets) {
  if (send(fd, buffer, octets, MSG_NOSIGNAL) != octets) return -1;
  for (int got = 0; got < octets;) {
    ssize_t n = recv(fd, buffer, octets - got, spins ? MSG_DONTWAIT : 0);
    if (n < 0 && spins && errno == EAGAIN) continue;
    if (n <= 0) return -1;
    got += n;
  }
  return 0;
}

static void note(struct flow *flow, uint64_t took) {
  flow->amount++;
  if (flow->count < MAX_SAMPLES) flow->samples[flow->count++] = took > UINT32_MAX ? UINT32_MAX : took;
}

static void *run(void *argument) {
  struct flow *flow = argument;
  static __thread char buffer[CHUNK];
  flow->samples = mode == 'p' || mode == 'c' ? malloc(MAX_SAMPLES * sizeof(uint32_t)) : NULL;
  int fd = mode == 'c' ? -1 : dial();
  if (mode != 'c' && fd < 0) {
    failures++;
    return NULL;
  }
  while (phase != OVER) {
    ssize_t done = 1;
    uint64_t begin = 0;
    if (mode == 's') {
      done = send(fd, buffer, CHUNK, MSG_NOSIGNAL);
    } else if (mode == 'r') {
      done = recv(fd, buffer, CHUNK, 0);
    } else {
      begin = nanos();
      if (mode == 'c') fd = dial();
      if (fd < 0 || exchange(fd, buffer, size) != 0) done = -1;
      if (mode == 'c' && fd >= 0) close(fd);
    }
    if (done <= 0) {
      if (phase != OVER) failures++;
      break;
    }
    if (phase == MEASURING) {
      if (begin != 0) note(flow, nanos() - begin);
      else flow->amount += done;
    }
  }
  if (mode != 'c') {
    struct linger reset = {1, 0}; /* what is under way is of no use to the next run */
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
  }
  return NULL;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *) a, y = *(const uint32_t *) b;
  return x < y ? -1 : x > y;
}

static void pause_for(int milliseconds) {
  struct timespec t = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  while (nanosleep(&t, &t) != 0) {}
}

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

static void measure(int count, int warm, int time) {
  for (int i = 0; i < count; i++) {
    if (pthread_create(&flows[i].thread, NULL, run, &flows[i]) != 0) die("thread");
  }
  pause_for(warm);
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  uint64_t begin = nanos();
  phase = MEASURING;
  pause_for(time);
  phase = OVER;
  double took = (nanos() - begin) / 1e9;
  getrusage(RUSAGE_SELF, &after);
  uint64_t amount = 0;
  int samples = 0;
  for (int i = 0; i < count; i++) {
    pthread_join(flows[i].thread, NULL);
    amount += flows[i].amount;
    samples += flows[i].count;
  }
  uint32_t *all = malloc((samples + 1) * sizeof *all);
  int at = 0;
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < flows[i].count; j++) all[at++] = flows[i].samples[j];
  }
  qsort(all, at, sizeof *all, ascending);
  printf("{\"amount\":%llu,\"seconds\":%.6f,\"p50\":%u,\"p99\":%u,\"cpu\":%.6f,\"failures\":%d}\n",
         (unsigned long long) amount, took, at ? all[at / 2] : 0, at ? all[(int) (at * 0.99)] : 0,
         seconds(after.ru_utime) - seconds(before.ru_utime) + seconds(after.ru_stime)
             - seconds(before.ru_stime),
         failures);
}

/* ---- the server */

struct listener {
  int port, fd;
};

/* Each of these threads accepts a connection, serves it to its end and accepts the next. */
static void *serve_each(void *argument) {
  struct listener *listener = argument;
  static __thread char buffer[CHUNK];
  while (1) {
    int fd = accept(listener->fd, NULL, NULL);
    if (fd < 0) continue;
    settle(fd);
    ssize_t n = 1;
    while (n > 0) {
      n = listener->port == 19 ? send(fd, buffer, CHUNK, MSG_NOSIGNAL) : recv(fd, buffer, CHUNK, 0);
      if (n > 0 && listener->port == 7) n = send(fd, buffer, n, MSG_NOSIGNAL);
    }
    close(fd);
  }
  return NULL;
}

static void serve(void) {
  static struct listener listeners[] = {{7, -1}, {9, -1}, {19, -1}};
  for (int i = 0; i < 3; i++) {
    struct listener *listener = &listeners[i];
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(listener->port)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    settle(fd);
    if (bind(fd, (struct sockaddr *) &any, sizeof any) != 0 || listen(fd, 1024) != 0) die("listen");
    listener->fd = fd;
    for (int j = 0; j < MAX_FLOWS; j++) {
      pthread_t thread;
      if (pthread_create(&thread, NULL, serve_each, listener) != 0) die("thread");
    }
  }
  puts("ready");
  fflush(stdout);
  while (1) pause();
}

static void join_network(const char *pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) die(path);
  close(fd);
}

static void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) die("sched_setaffinity");
}

int main(int count, char **words) {
  signal(SIGPIPE, SIG_IGN);
  if (count >= 2 && strcmp(words[1], "serve") == 0) serve();
  if (count < 4) {
    fprintf(stderr, "peer serve | peer send|receive|pingpong|connect HOST PORT ...\n");
    return 2;
  }
  mode = words[1][0];
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(words[3]));
  if (inet_pton(AF_INET, words[2], &server.sin_addr) != 1) die(words[2]);
  int number = 1, warm = 200, time = 1000;
  for (int i = 4; i < count; i++) {
    const char *next = i + 1 < count ? words[i + 1] : "";
    if (strcmp(words[i], "--spin") == 0) spins = 1;
    else if (strcmp(words[i], "--flows") == 0) number = atoi(next), i++;
    else if (strcmp(words[i], "--warm") == 0) warm = atoi(next), i++;
    else if (strcmp(words[i], "--time") == 0) time = atoi(next), i++;
    else if (strcmp(words[i], "--size") == 0) size = atoi(next), i++;
    else if (strcmp(words[i], "--cpu") == 0) pin(atoi(next)), i++;
    else if (strcmp(words[i], "--netns") == 0) join_network(next), i++;
    else die(words[i]);
  }
  if (number < 1 || number > MAX_FLOWS || size < 1 || size > CHUNK) die("arguments");
  measure(number, warm, time);
  return failures > 0;
}
