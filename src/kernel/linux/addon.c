/*
 * What Weir asks of Linux and Node.js does not offer: sockets of any family with readiness from
 * the event loop, network namespaces, and libbpf. Every call is as thin as it can be and returns
 * what the manual page it names returns, a failure as a negative errno; the TypeScript beside this
 * file gives the numbers their meaning. A wrong type of argument is the caller's bug and throws.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <node_api.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#define ARGUMENTS_MAX 6
#define VERIFIER_LOG_BYTES (1 << 20)
#define MESSAGES_BYTES 4096

/* ---- arguments and results ---- */

struct bytes {
  void *data;
  size_t size;
};

/* Reads what `format` says into the pointers that follow: i int, u uint32_t, z size_t, s text of
 * PATH_MAX, b struct bytes (a typed array, or nothing), x void* (an external), v napi_value. */
static bool arguments(napi_env env, napi_callback_info info, const char *format, ...) {
  napi_value given[ARGUMENTS_MAX];
  size_t count = ARGUMENTS_MAX;
  napi_status status = napi_get_cb_info(env, info, &count, given, NULL, NULL);
  va_list into;
  va_start(into, format);
  for (size_t i = 0; status == napi_ok && format[i] != '\0'; i++) {
    napi_valuetype type;
    int64_t number;
    switch (format[i]) {
    case 'i':
      status = napi_get_value_int32(env, given[i], va_arg(into, int *));
      break;
    case 'u':
      status = napi_get_value_uint32(env, given[i], va_arg(into, uint32_t *));
      break;
    case 'z':
      status = napi_get_value_int64(env, given[i], &number);
      *va_arg(into, size_t *) = status == napi_ok && number >= 0 ? (size_t)number : 0;
      break;
    case 's':
      status = napi_get_value_string_utf8(env, given[i], va_arg(into, char *), PATH_MAX, NULL);
      break;
    case 'x':
      status = napi_get_value_external(env, given[i], va_arg(into, void **));
      break;
    case 'v':
      *va_arg(into, napi_value *) = given[i];
      break;
    default: {
      struct bytes *bytes = va_arg(into, struct bytes *);
      *bytes = (struct bytes){0};
      status = napi_typeof(env, given[i], &type);
      if (status == napi_ok && type != napi_undefined)
        status = napi_get_buffer_info(env, given[i], &bytes->data, &bytes->size);
    }
    }
  }
  va_end(into);
  if (status != napi_ok) napi_throw_type_error(env, NULL, "addon: an argument of the wrong type");
  return status == napi_ok;
}

static napi_value integer(napi_env env, int64_t value) {
  napi_value result = NULL;
  napi_create_int64(env, value, &result);
  return result;
}

/* The result of a system call: what it returned, or the negative errno. */
static napi_value result_of(napi_env env, int64_t returned) {
  return integer(env, returned < 0 ? -errno : returned);
}

static napi_value text(napi_env env, const char *value) {
  napi_value result = NULL;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

/* A call, by its name in JavaScript; READ takes the arguments, or leaves with an exception. */
#define CALL(name) static napi_value call_##name(napi_env env, napi_callback_info info)
#define READ(...)                                                                                  \
  if (!arguments(env, info, __VA_ARGS__)) return NULL

/* ---- sockets ---- */

/* socket(2): domain, type, protocol */
CALL(socket) {
  int domain, type, protocol;
  READ("iii", &domain, &type, &protocol);
  return result_of(env, socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

/* bind(2): fd, address */
CALL(bind) {
  int fd;
  struct bytes address;
  READ("ib", &fd, &address);
  return result_of(env, bind(fd, address.data, address.size));
}

/* sendto(2): fd, data, flags, address or undefined */
CALL(sendto) {
  int fd, flags;
  struct bytes data, to;
  READ("ibib", &fd, &data, &flags, &to);
  return result_of(env, sendto(fd, data.data, data.size, flags, to.data, to.size));
}

/* recvfrom(2): fd, buffer, flags, room for the address or undefined */
CALL(recvfrom) {
  int fd, flags;
  struct bytes data, from;
  READ("ibib", &fd, &data, &flags, &from);
  socklen_t length = from.size;
  return result_of(env, recvfrom(fd, data.data, data.size, flags, from.data, &length));
}

/* recvmsg(2): fd, buffer, flags, room for the address, room for control messages; what of the last
 * room the kernel leaves is zero, which as a cmsg_len ends the control messages */
CALL(recvmsg) {
  int fd, flags;
  struct bytes data, from, control;
  READ("ibibb", &fd, &data, &flags, &from, &control);
  struct iovec into = {data.data, data.size};
  struct msghdr message = {.msg_name = from.data,
                           .msg_namelen = from.size,
                           .msg_iov = &into,
                           .msg_iovlen = 1,
                           .msg_control = control.data,
                           .msg_controllen = control.size};
  if (control.size > 0) memset(control.data, 0, control.size);
  return result_of(env, recvmsg(fd, &message, flags));
}

/* connect(2): fd, address */
CALL(connect) {
  int fd;
  struct bytes address;
  READ("ib", &fd, &address);
  return result_of(env, connect(fd, address.data, address.size));
}

/* setsockopt(2): fd, level, name, value */
CALL(setsockopt) {
  int fd, level, name;
  struct bytes value;
  READ("iiib", &fd, &level, &name, &value);
  return result_of(env, setsockopt(fd, level, name, value.data, value.size));
}

/* getsockopt(2) of an option that is an int: fd, level, name; its value, if that is not negative */
CALL(getsockopt) {
  int fd, level, name, value = 0;
  READ("iii", &fd, &level, &name);
  socklen_t size = sizeof value;
  int result = getsockopt(fd, level, name, &value, &size);
  return result_of(env, result < 0 ? result : value);
}

/* close(2): fd */
CALL(close) {
  int fd;
  READ("i", &fd);
  return result_of(env, close(fd));
}

/* ---- readiness: uv_poll_t of libuv's guide, docs.libuv.org/en/v1.x/poll.html ---- */

struct poll {
  napi_env env;
  napi_ref callback;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  uv_poll_t *handle;
  bool closing;
  /* Held by the JavaScript value and by the open handle; the last to let go frees it. */
  int holders;
};

static void poll_release(struct poll *poll) {
  if (--poll->holders == 0) free(poll);
}

static void poll_finalize(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  poll_release(data);
}

static void poll_closed(uv_handle_t *handle) {
  struct poll *poll = uv_handle_get_data(handle);
  napi_delete_reference(poll->env, poll->callback);
  napi_async_destroy(poll->env, poll->context);
  napi_remove_async_cleanup_hook(poll->cleanup);
  free(handle);
  poll_release(poll);
}

static void poll_end(struct poll *poll) {
  if (poll->closing) return;
  poll->closing = true;
  uv_close((uv_handle_t *)poll->handle, poll_closed);
}

/* A worker that ends takes its event loop with it, and the loop may not hold an open handle. */
static void poll_cleanup(napi_async_cleanup_hook_handle cleanup, void *data) {
  (void)cleanup;
  poll_end(data);
}

static void poll_ready(uv_poll_t *handle, int status, int events) {
  struct poll *poll = uv_handle_get_data((uv_handle_t *)handle);
  napi_env env = poll->env;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value receiver, callback, exception, argument = integer(env, status < 0 ? status : events);
  napi_get_global(env, &receiver);
  napi_get_reference_value(env, poll->callback, &callback);
  if (napi_make_callback(env, poll->context, receiver, callback, 1, &argument, NULL) ==
          napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &exception) == napi_ok)
    napi_fatal_exception(env, exception);
  napi_close_handle_scope(env, scope);
}

/* uv_poll_start: fd, events (UV_READABLE 1, UV_WRITABLE 2), callback(events or -errno) */
CALL(pollOpen) {
  int fd, events;
  napi_value callback, name, result = NULL;
  uv_loop_t *loop;
  READ("iiv", &fd, &events, &callback);
  struct poll *poll = calloc(1, sizeof *poll);
  uv_poll_t *handle = calloc(1, uv_handle_size(UV_POLL));
  if (poll == NULL || handle == NULL || napi_get_uv_event_loop(env, &loop) != napi_ok) abort();
  int error = uv_poll_init(loop, handle, fd);
  if (error < 0) {
    free(handle);
    free(poll);
    return integer(env, error);
  }
  *poll = (struct poll){.env = env, .handle = handle, .holders = 2};
  uv_handle_set_data((uv_handle_t *)handle, poll);
  napi_create_string_utf8(env, "weir:poll", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &poll->context);
  napi_create_reference(env, callback, 1, &poll->callback);
  napi_add_async_cleanup_hook(env, poll_cleanup, poll, &poll->cleanup);
  napi_create_external(env, poll, poll_finalize, NULL, &result);
  error = uv_poll_start(handle, events, poll_ready);
  if (error == 0) return result;
  poll_end(poll);
  return integer(env, error);
}

/* uv_poll_start: poll, other events; also after an error, which has stopped it */
CALL(pollChange) {
  struct poll *poll;
  int events;
  READ("xi", &poll, &events);
  return integer(env, poll->closing ? UV_EBADF : uv_poll_start(poll->handle, events, poll_ready));
}

/* uv_close: poll */
CALL(pollClose) {
  struct poll *poll;
  READ("x", &poll);
  poll_end(poll);
  return integer(env, 0);
}

/* uv_unref: poll; it no longer keeps the process alive */
CALL(pollUnref) {
  struct poll *poll;
  READ("x", &poll);
  if (!poll->closing) uv_unref((uv_handle_t *)poll->handle);
  return integer(env, 0);
}

/* ---- time: libuv's own timers know milliseconds alone ---- */

/* timerfd_create(2) of CLOCK_MONOTONIC */
CALL(timerfd) {
  (void)info;
  return result_of(env, timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
}

/* timerfd_settime(2) with TFD_TIMER_ABSTIME: fd, nanoseconds; 0 takes the order back */
CALL(timerfdSettime) {
  int fd;
  size_t at;
  READ("iz", &fd, &at);
  struct itimerspec when = {.it_value = {at / 1000000000, at % 1000000000}};
  return result_of(env, timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL));
}

/* sched_setscheduler(2) of SCHED_RR: priority, from 1; the calling thread only, and nobody whom it
 * starts */
CALL(realTime) {
  int priority;
  READ("i", &priority);
  struct sched_param parameter = {.sched_priority = priority};
  return result_of(env, sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &parameter));
}

/* ---- namespaces and mounts ---- */

/* setns(2): fd, CLONE_NEW*; moves the calling thread only */
CALL(setns) {
  int fd, type;
  READ("ii", &fd, &type);
  return result_of(env, setns(fd, type));
}

/* mount(2): source, target, type, flags, data */
CALL(mount) {
  char source[PATH_MAX], target[PATH_MAX], type[PATH_MAX], data[PATH_MAX];
  uint32_t flags;
  READ("sssus", source, target, type, &flags, data);
  return result_of(env, mount(source, target, type, flags, data));
}

/* ---- BPF objects: libbpf.readthedocs.io, bpf(2) ---- */

struct object {
  struct bpf_object *bpf;
  char *log;
};

/* What libbpf would have printed, for the fault that reports a failure. */
static _Thread_local char messages[MESSAGES_BYTES];

static int message(enum libbpf_print_level level, const char *format, va_list values) {
  size_t used = strlen(messages);
  if (level > LIBBPF_WARN) return 0;
  return vsnprintf(messages + used, sizeof messages - used, format, values);
}

static void object_close(struct object *object) {
  bpf_object__close(object->bpf);
  free(object->log);
  *object = (struct object){0};
}

static void object_finalize(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  object_close(data);
  free(data);
}

static struct bpf_map *map_of(struct object *object, const char *name) {
  return object->bpf == NULL ? NULL : bpf_object__find_map_by_name(object->bpf, name);
}

/* bpf_object__open_file: path; an external, or a negative errno */
CALL(objectOpen) {
  char path[PATH_MAX];
  napi_value result = NULL;
  READ("s", path);
  messages[0] = '\0';
  struct object *object = calloc(1, sizeof *object);
  if (object == NULL || (object->log = calloc(1, VERIFIER_LOG_BYTES)) == NULL) abort();
  LIBBPF_OPTS(bpf_object_open_opts, options, .kernel_log_buf = object->log,
              .kernel_log_size = VERIFIER_LOG_BYTES);
  object->bpf = bpf_object__open_file(path, &options);
  if (object->bpf == NULL) {
    int error = errno;
    free(object->log);
    free(object);
    return integer(env, -error);
  }
  napi_create_external(env, object, object_finalize, NULL, &result);
  return result;
}

/* bpf_object__load: object */
CALL(objectLoad) {
  struct object *object;
  READ("x", &object);
  messages[0] = '\0';
  return integer(env, object->bpf == NULL ? -EBADF : bpf_object__load(object->bpf));
}

/* bpf_object_open_opts.kernel_log_buf: object; what the verifier said */
CALL(objectLog) {
  struct object *object;
  READ("x", &object);
  return text(env, object->log == NULL ? "" : object->log);
}

/* libbpf_set_print: what libbpf said since the last open or load on this thread */
CALL(messages) {
  (void)info;
  return text(env, messages);
}

/* bpf_object__close: object; its file descriptors go, those handed out below stay */
CALL(objectClose) {
  struct object *object;
  READ("x", &object);
  object_close(object);
  return integer(env, 0);
}

/* bpf_map__set_max_entries: object, map, entries */
CALL(mapResize) {
  struct object *object;
  char name[PATH_MAX];
  uint32_t entries;
  READ("xsu", &object, name, &entries);
  struct bpf_map *map = map_of(object, name);
  return integer(env, map == NULL ? -ENOENT : bpf_map__set_max_entries(map, entries));
}

/* bpf_map__reuse_fd: object, map, fd of the map to take instead */
CALL(mapReuse) {
  struct object *object;
  char name[PATH_MAX];
  int fd;
  READ("xsi", &object, name, &fd);
  struct bpf_map *map = map_of(object, name);
  return integer(env, map == NULL ? -ENOENT : bpf_map__reuse_fd(map, fd));
}

/* bpf_map__initial_value: object, map; a copy */
CALL(mapInitial) {
  struct object *object;
  char name[PATH_MAX];
  READ("xs", &object, name);
  struct bpf_map *map = map_of(object, name);
  size_t size = 0;
  const void *value = map == NULL ? NULL : bpf_map__initial_value(map, &size);
  napi_value result = NULL;
  if (value == NULL) return integer(env, -ENOENT);
  napi_create_buffer_copy(env, size, value, NULL, &result);
  return result;
}

/* bpf_map__set_initial_value: object, map, value */
CALL(mapSetInitial) {
  struct object *object;
  char name[PATH_MAX];
  struct bytes value;
  READ("xsb", &object, name, &value);
  struct bpf_map *map = map_of(object, name);
  if (map == NULL) return integer(env, -ENOENT);
  return integer(env, bpf_map__set_initial_value(map, value.data, value.size));
}

/* bpf_map__fd: object, map; a descriptor of the caller's own */
CALL(mapFd) {
  struct object *object;
  char name[PATH_MAX];
  READ("xs", &object, name);
  struct bpf_map *map = map_of(object, name);
  if (map == NULL) return integer(env, -ENOENT);
  return result_of(env, fcntl(bpf_map__fd(map), F_DUPFD_CLOEXEC, 0));
}

/* bpf(2) BPF_MAP_UPDATE_ELEM: fd, key, value; the value of a map of programs is a descriptor */
CALL(mapUpdate) {
  int fd;
  struct bytes key, value;
  READ("ibb", &fd, &key, &value);
  return integer(env, bpf_map_update_elem(fd, key.data, value.data, BPF_ANY));
}

/* bpf_program__fd: object, program; a descriptor of the caller's own */
CALL(programFd) {
  struct object *object;
  char name[PATH_MAX];
  READ("xs", &object, name);
  struct bpf_program *program =
      object->bpf == NULL ? NULL : bpf_object__find_program_by_name(object->bpf, name);
  if (program == NULL) return integer(env, -ENOENT);
  return result_of(env, fcntl(bpf_program__fd(program), F_DUPFD_CLOEXEC, 0));
}

/* bpf(2) BPF_OBJ_PIN: fd, path */
CALL(pin) {
  int fd;
  char path[PATH_MAX];
  READ("is", &fd, path);
  return integer(env, bpf_obj_pin(fd, path));
}

/* bpf(2) BPF_OBJ_GET: path */
CALL(pinned) {
  char path[PATH_MAX];
  READ("s", path);
  return integer(env, bpf_obj_get(path));
}

/* bpf(2) BPF_OBJ_GET_INFO_BY_FD: fd, room for struct bpf_{map,prog,link}_info; bytes filled */
CALL(info) {
  int fd;
  struct bytes room;
  READ("ib", &fd, &room);
  uint32_t size = room.size;
  int error = bpf_obj_get_info_by_fd(fd, room.data, &size);
  return integer(env, error < 0 ? error : (int)size);
}

static void map_unmap(napi_env env, void *memory, void *size) {
  (void)env;
  munmap(memory, (size_t)size);
}

/* mmap(2) of a BPF_F_MMAPABLE map: fd, bytes; an ArrayBuffer over it, unmapped when collected */
CALL(mapMemory) {
  int fd;
  size_t size;
  napi_value result = NULL;
  READ("iz", &fd, &size);
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return integer(env, -errno);
  if (napi_create_external_arraybuffer(env, memory, size, map_unmap, (void *)size, &result) !=
      napi_ok) {
    munmap(memory, size);
    return integer(env, -ENOTSUP);
  }
  return result;
}

/* libbpf_num_possible_cpus */
CALL(possibleCpus) {
  (void)info;
  return integer(env, libbpf_num_possible_cpus());
}

/* ---- BPF programs and links: bpf(2) ---- */

/* BPF_PROG_TEST_RUN: fd, frame in, room for the frame out, context (read and written), repeat, and
 * room for three u32: the return value, the mean duration in ns, the bytes of the frame out */
CALL(programRun) {
  int fd, repeat;
  struct bytes in, out, context, result;
  READ("ibbbib", &fd, &in, &out, &context, &repeat, &result);
  LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = in.data, .data_size_in = in.size,
              .data_out = out.data, .data_size_out = out.size, .ctx_in = context.data,
              .ctx_size_in = context.size, .repeat = repeat);
  int error = bpf_prog_test_run_opts(fd, &options);
  uint32_t values[3] = {options.retval, options.duration, options.data_size_out};
  memcpy(result.data, values, result.size < sizeof values ? result.size : sizeof values);
  return integer(env, error);
}

/* BPF_LINK_CREATE with BPF_XDP: program fd, interface index, XDP_FLAGS_* of <linux/if_link.h> */
CALL(xdpLink) {
  int program, interface;
  uint32_t flags;
  READ("iiu", &program, &interface, &flags);
  LIBBPF_OPTS(bpf_link_create_opts, options, .flags = flags);
  return integer(env, bpf_link_create(program, interface, BPF_XDP, &options));
}

/* BPF_LINK_UPDATE: link fd, the program's fd that takes over */
CALL(linkUpdate) {
  int link, program;
  READ("ii", &link, &program);
  return integer(env, bpf_link_update(link, program, NULL));
}

/* BPF_LINK_DETACH: link fd */
CALL(linkDetach) {
  int link;
  READ("i", &link);
  return integer(env, bpf_link_detach(link));
}

/* bpf_xdp_query: interface index, room for four u32: XDP_ATTACHED_*, then the ids of the program,
 * of the driver's program and of the generic one */
CALL(xdpQuery) {
  int interface;
  struct bytes result;
  READ("ib", &interface, &result);
  LIBBPF_OPTS(bpf_xdp_query_opts, query);
  int error = bpf_xdp_query(interface, 0, &query);
  uint32_t values[4] = {query.attach_mode, query.prog_id, query.drv_prog_id, query.skb_prog_id};
  memcpy(result.data, values, result.size < sizeof values ? result.size : sizeof values);
  return integer(env, error);
}

#define EXPORT(name) {#name, call_##name}

static const struct {
  const char *name;
  napi_callback call;
} calls[] = {
    EXPORT(socket), EXPORT(bind), EXPORT(sendto), EXPORT(recvfrom), EXPORT(recvmsg),
    EXPORT(connect), EXPORT(setsockopt), EXPORT(getsockopt), EXPORT(close), EXPORT(pollOpen),
    EXPORT(pollChange), EXPORT(pollClose), EXPORT(pollUnref), EXPORT(timerfd),
    EXPORT(timerfdSettime), EXPORT(realTime), EXPORT(setns), EXPORT(mount), EXPORT(objectOpen),
    EXPORT(objectLoad), EXPORT(objectLog), EXPORT(objectClose), EXPORT(messages), EXPORT(mapResize),
    EXPORT(mapReuse), EXPORT(mapInitial), EXPORT(mapSetInitial), EXPORT(mapFd), EXPORT(mapUpdate),
    EXPORT(programFd), EXPORT(pin), EXPORT(pinned), EXPORT(info), EXPORT(mapMemory),
    EXPORT(possibleCpus), EXPORT(programRun), EXPORT(xdpLink), EXPORT(linkUpdate),
    EXPORT(linkDetach), EXPORT(xdpQuery),
};

NAPI_MODULE_INIT() {
  libbpf_set_print(message);
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
    napi_value function;
    if (napi_create_function(env, calls[i].name, NAPI_AUTO_LENGTH, calls[i].call, NULL,
                             &function) != napi_ok ||
        napi_set_named_property(env, exports, calls[i].name, function) != napi_ok)
      return NULL;
  }
  return exports;
}
