/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onnxruntime_api.h"

#include "peers/library.h"

#include <stdlib.h>
#include <string.h>

typedef struct ort_env ort_env;
typedef struct ort_options ort_options;
typedef struct ort_memory ort_memory;
typedef struct ort_threading ort_threading;

/* What the library exports: where to get the table of a version of its API. */
typedef struct ort_base {
    const void *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
} ort_base;

/* The version of the API: the first that has all functions below. Newer libraries offer it, too. */
enum { API_VERSION = 8 };

/* Values of the library's enumerations. */
enum { LOG_FATAL = 4, SEQUENTIAL = 0, ARENA = 1, DEFAULT_MEMORY = 0, FLOAT_ELEMENT = 1 };

/* X(place in the table, name, parameters); all return a status, which is NULL on success. */
#define FUNCTIONS(X)                                                                          \
    X(3, create_env, (int level, const char *id, ort_env **env))                              \
    X(8, create_session,                                                                      \
      (ort_env * env, const void *model, size_t bytes, const ort_options *options,            \
       ort_session **session))                                                                \
    X(9, run,                                                                                 \
      (ort_session * session, const void *options, const char *const *input_names,            \
       const ort_value *const *inputs, size_t input_count, const char *const *output_names,   \
       size_t output_count, ort_value **outputs))                                             \
    X(10, create_options, (ort_options * *options))                                           \
    X(11, set_saved_model, (ort_options * options, const char *path))                         \
    X(13, set_execution_mode, (ort_options * options, int mode))                              \
    X(23, set_optimisation, (ort_options * options, int level))                               \
    X(24, set_threads, (ort_options * options, int threads))                                  \
    X(49, create_tensor,                                                                      \
      (const ort_memory *memory, void *data, size_t bytes, const int64_t *shape, size_t rank, \
       int element, ort_value **value))                                                       \
    X(69, create_memory, (int allocator, int type, ort_memory **memory))                      \
    X(119, create_env_with_pool,                                                              \
      (int level, const char *id, const ort_threading *threading, ort_env **env))             \
    X(120, share_pool, (ort_options * options))                                               \
    X(121, create_threading, (ort_threading * *threading))                                    \
    X(147, set_pool_threads, (ort_threading * threading, int threads))

/* X(place, name, type): functions that release something, or nothing if it is NULL. */
#define RELEASES(X)                      \
    X(92, release_env, ort_env)          \
    X(93, release_status, ort_status)    \
    X(94, release_memory, ort_memory)    \
    X(95, release_session, ort_session)  \
    X(96, release_value, ort_value)      \
    X(100, release_options, ort_options) \
    X(122, release_threading, ort_threading)

#define FUNCTION_POINTER(place, name, parameters) ort_status *(*name)parameters;
#define RELEASE_POINTER(place, name, type)        void (*name)(type * what);
static struct {
    FUNCTIONS(FUNCTION_POINTER)
    RELEASES(RELEASE_POINTER)
    const char *(*message_of)(const ort_status *status);
    const ort_base *base;
    ort_env *env; /* NULL: not started */
    ort_memory *memory;
    int64_t pool_threads; /* of the pool that sessions share */
} ort;

#define FUNCTION_PLACE(place, name, parameters) { place, &ort.name },
#define RELEASE_PLACE(place, name, type)        { place, &ort.name },
static const struct {
    size_t place;
    void *pointer;
} places[] = { { 2, &ort.message_of }, FUNCTIONS(FUNCTION_PLACE) RELEASES(RELEASE_PLACE) };

/* 0, or -1 with what the library says. */
static int check(ort_status *status, const char *what, sb_why *why)
{
    if (status == NULL)
        return 0;
    refuse(why, "ONNX Runtime could not %s: %s", what, ort.message_of(status));
    why->text[strcspn(why->text, "\r\n")] = '\0';
    ort.release_status(status);
    return -1;
}

/* ------------------------------------------------------------------------------------- loading */

/* Finds the library that the user names, or else the system's. */
static int find_base(const ort_base *(**get)(void), sb_why *why)
{
    const char *named = getenv("SEPBENCH_ONNXRUNTIME");
    const char *const one[] = { named, NULL };
    static const char *const usual[] = { "libonnxruntime.so.1", "libonnxruntime.so", NULL };
    const library_symbol symbols[] = { { "OrtGetApiBase", get }, { NULL, NULL } };
    void *handle;
    return library_load(named != NULL ? one : usual, symbols, &handle, why);
}

int ort_find(sb_why *why)
{
    const ort_base *(*get)(void);
    /* One that the user names is wanted, so it is an error of theirs if it cannot be loaded. */
    if (getenv("SEPBENCH_ONNXRUNTIME") != NULL || find_base(&get, why) == 0)
        return 0;
    return refuse(why, "ONNX Runtime was not found; SEPBENCH_ONNXRUNTIME names its library");
}

static int read_table(const ort_base *base, sb_why *why)
{
    const void *const *table = base->get_api(API_VERSION);
    if (table == NULL)
        return refuse(why, "ONNX Runtime %s is too old; 1.%d or newer is needed",
                      base->get_version(), API_VERSION);
    /* ISO C has no cast from an object pointer to a function pointer, so copy the bytes. */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        memcpy(places[i].pointer, &table[places[i].place], sizeof *table);
    return 0;
}

/* Threads of several pools would spin on the same cores while they wait for work. */
static int make_env(int64_t threads, sb_why *why)
{
    ort_threading *threading = NULL;
    int rc = check(ort.create_threading(&threading), "start threads", why);
    if (rc == 0)
        rc = check(ort.set_pool_threads(threading, (int)threads), "start threads", why);
    if (rc == 0)
        rc = check(ort.create_env_with_pool(LOG_FATAL, "sepbench", threading, &ort.env), "start",
                   why);
    if (rc == 0)
        rc = check(ort.create_memory(ARENA, DEFAULT_MEMORY, &ort.memory), "start", why);
    ort.release_threading(threading);
    ort.pool_threads = threads;
    return rc;
}

int ort_load(const sb_cpu *cpu, sb_why *why)
{
    const ort_base *(*get)(void);
    if (library_exceeds(cpu->features))
        return refuse(why, "ONNX Runtime cannot be kept to an instruction set");
    if (find_base(&get, why) < 0 || read_table(get(), why) < 0)
        return -1;
    ort.base = get();
    return 0;
}

int ort_start(int64_t threads, sb_why *why)
{
    if (ort.env != NULL || make_env(threads, why) == 0)
        return 0;
    ort_stop();
    return -1;
}

void ort_stop(void)
{
    if (ort.memory != NULL)
        ort.release_memory(ort.memory);
    if (ort.env != NULL)
        ort.release_env(ort.env);
    ort.memory = NULL;
    ort.env = NULL;
}

const char *ort_version(void)
{
    return ort.base->get_version();
}

/* ------------------------------------------------------------------------------------- sessions */

static int set_options(ort_options *options, const ort_order *order, sb_why *why)
{
    ort_status *status = ort.set_execution_mode(options, SEQUENTIAL);
    if (status == NULL)
        status = ort.set_optimisation(options, order->optimisation);
    if (status == NULL && order->threads == ort.pool_threads)
        status = ort.share_pool(options);
    else if (status == NULL)
        status = ort.set_threads(options, (int)order->threads);
    if (status == NULL && order->saved != NULL)
        status = ort.set_saved_model(options, order->saved);
    return check(status, "set its options", why);
}

ort_session *ort_open(const ort_order *order, sb_why *why)
{
    ort_options *options = NULL;
    ort_session *session = NULL;
    if (check(ort.create_options(&options), "set its options", why) == 0 &&
        set_options(options, order, why) == 0)
        (void)check(ort.create_session(ort.env, order->model, order->bytes, options, &session),
                    "read the model", why);
    ort.release_options(options);
    return session;
}

void ort_close(ort_session *session)
{
    ort.release_session(session);
}

/* -------------------------------------------------------------------------------------- tensors */

int ort_point(ort_tensor *tensor, const void *data, sb_why *why)
{
    size_t bytes = sizeof(float);
    if (data == tensor->data)
        return 0;
    ort_release(tensor);
    for (int i = 0; i < 4; i++)
        bytes *= (size_t)tensor->shape[i];
    if (check(ort.create_tensor(ort.memory, (void *)(uintptr_t)data, bytes, tensor->shape, 4,
                                FLOAT_ELEMENT, &tensor->value),
              "take a tensor", why) < 0)
        return -1;
    tensor->data = data;
    return 0;
}

void ort_release(ort_tensor *tensor)
{
    if (tensor->value != NULL)
        ort.release_value(tensor->value);
    tensor->value = NULL;
    tensor->data = NULL;
}

int ort_run(ort_session *session, const ort_tensor *tensors, size_t count, sb_why *why)
{
    const char *names[3];
    const ort_value *values[3];
    ort_value *output = tensors[count].value;
    for (size_t i = 0; i < count; i++) {
        names[i] = tensors[i].name;
        values[i] = tensors[i].value;
    }
    return check(ort.run(session, NULL, names, values, count, &tensors[count].name, 1, &output),
                 "run", why);
}
