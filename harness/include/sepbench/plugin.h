/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sepbench/plugin.h: the contract between sepbench and a plugin.
 *
 * A plugin is one shared object that offers convolution kernels. It exports one symbol,
 *
 *     const sb_plugin sb_plugin_entry;
 *
 * a constant table that names its kernels; nothing else of it is visible. The host loads it in a
 * worker process of its own, asks each kernel what it can do, lets it plan, checks its results
 * against a reference, and times `run`. A plugin calls no symbol of the host: what it may use comes
 * as function pointers in `sb_host`.
 *
 * Conventions
 *  - The header is plain C17 and valid C++17 and needs only the standard library.
 *  - Every struct that may grow begins with `size`, set by whoever fills it to sizeof of the struct
 *    as it knew it. A reader never touches a member that lies past `size`. New members are appended
 *    and raise SB_ABI_MINOR; anything else raises SB_ABI_MAJOR. No struct is ever shorter than in
 *    version 1.0, its members under "optional" apart.
 *  - abi_major must equal the host's; abi_minor may differ either way.
 *  - What a kernel must understand to be right stands among the needs of a problem (SB_NEED_...);
 *    the host compares them with what the kernel handles. Everything else may be ignored.
 *  - A host leaves out a kernel with an arithmetic class, a parameter kind or needs that it does
 * not know, with a message; the plugin's other kernels load.
 *  - Lists are arrays of pointers that end with NULL. Strings are UTF-8 and end with NUL. An id is
 *    1 to 63 characters of [a-z0-9_], beginning with a letter.
 *  - A pointer marked "static" must stay valid and unchanged as long as the plugin is loaded.
 *  - NCHW tensors are dense and row-major: the last index varies fastest.
 *  - No constructor of the shared object does work; `init` is the place for it.
 *  - Every pointer that a call hands over is borrowed for the length of that call, unless its
 *    comment says otherwise.
 *
 * Threads: every function is called from the worker's main thread, one call at a time for the whole
 * plugin: its comment says [main]. Those marked [any] may be called from any thread. A kernel may
 * use as many threads as `sb_problem.threads` says, the caller's included, and owns the ones it
 * makes.
 *
 * Extensions: get_extension() of host and plugin returns a struct of functions for an id of the
 * form "sepbench.NAME/REVISION" ("DOMAIN.NAME/REVISION" for those of others, the domain reversed).
 * What lies behind an id never changes; another revision has another id. docs/abi.md has the
 * details.
 *
 * Life of a kernel, for each layer and parameter set (any call may be the last one before the
 * process ends):
 *
 *     supports -> [ranges] -> [defaults] -> [complete] -> valid -> layouts -> plan -> run ... run
 *     -> destroy
 */
#ifndef SEPBENCH_PLUGIN_H
#define SEPBENCH_PLUGIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SB_ABI_MAJOR 1
#define SB_ABI_MINOR 1

/* The most parameters that a kernel may declare, and the most bytes of a text, including its
 * NUL. */
#define SB_MAX_PARAMETERS 16
#define SB_MAX_ID         64
#define SB_MAX_WHY        256

/* ------------------------------------------------------------------------------------ problem */

/* The type of the elements of input, residual, output and weights. Biases are fp32. */
typedef enum sb_type {
    SB_F32 = 0 /* IEEE binary32; each other type has its own bit among the needs */
} sb_type;

/* What a step does to each element before it is stored. */
typedef enum sb_activation {
    SB_ACTIVATION_NONE = 0,
    SB_RELU = 1,       /* max(x, 0) */
    SB_RELU6 = 2,      /* min(max(x, 0), 6) */
    SB_HARD_SWISH = 3, /* x * min(max(x + 3, 0), 6) / 6 */
    SB_SWISH = 4       /* x / (1 + exp(-x)) */
} sb_activation;

/*
 * One convolution, as machine-learning libraries define it (a correlation: the filter is not
 * flipped), with the bias, residual and activation that follow it:
 *
 *     output[n][k][p][q] = activation(bias[k] + residual[n][k][p][q] +
 *         sum over c in k's group, r, s of
 *         input[n][c][p * stride_h - pad_top + r * dilation_h][q * stride_w - pad_left + ...] *
 *         weights[k][c'][r][s])     where c' = c - (first channel of the group)
 *
 * Taps that fall outside the input read as zero; c and k are multiples of groups. Output size: p =
 * (h + pad_top + pad_bottom - (r - 1) * dilation_h - 1) / stride_h + 1, q alike. Every dimension is
 * at least 1, every padding at least 0; kernels larger than the input, strides larger than the
 * kernel, one-row images, and asymmetric padding all occur.
 *
 * This struct never grows, so that steps lie side by side. Its reserved members are zero; a
 * reserved member that gets a meaning comes with a bit of `needs`.
 */
typedef struct sb_step {
    int64_t c, h, w; /* input channels, height and width */
    int64_t k, p, q; /* output channels, height and width */
    int64_t r, s;    /* kernel height and width */
    int64_t stride_h, stride_w;
    int64_t pad_top, pad_bottom, pad_left, pad_right;
    int64_t dilation_h, dilation_w;
    int64_t groups;
    uint32_t bias;       /* 1: each output channel has a bias; else 0 */
    uint32_t activation; /* sb_activation */
    int64_t reserved[14];
} sb_step;

#define SB_MAX_STEPS 4

/*
 * What a kernel must understand in order to compute a problem: a problem lists its needs, a kernel
 * lists what it handles, and the host asks a kernel only about problems all of whose needs it
 * handles. A kernel that was built before a need existed is thus `unsupported`, never `wrong`.
 *
 * The first needs say which steps there are; a problem has exactly one of these.
 */
#define SB_NEED_STANDARD (UINT64_C(1) << 0) /* one step, any convolution */
/* Two steps: a depthwise one (groups == c, k a multiple of c), then a pointwise one (1 x 1, stride
 * and dilation 1, no padding, one group) on its output. */
#define SB_NEED_SEPARABLE (UINT64_C(1) << 1)
/* Three steps: pointwise, depthwise, pointwise, each as above. */
#define SB_NEED_BOTTLENECK (UINT64_C(1) << 2)
#define SB_NEED_BIAS       (UINT64_C(1) << 16) /* a step has a bias */
#define SB_NEED_RESIDUAL   (UINT64_C(1) << 17) /* the last step adds a residual */
#define SB_NEED_RELU       (UINT64_C(1) << 18) /* a step has this activation */
#define SB_NEED_RELU6      (UINT64_C(1) << 19)
#define SB_NEED_HARD_SWISH (UINT64_C(1) << 20)
#define SB_NEED_SWISH      (UINT64_C(1) << 21)

/* Everything that may follow a sum, for kernels that handle all of it. */
#define SB_NEED_EPILOGUES                                                                  \
    (SB_NEED_BIAS | SB_NEED_RESIDUAL | SB_NEED_RELU | SB_NEED_RELU6 | SB_NEED_HARD_SWISH | \
     SB_NEED_SWISH)

/*
 * A list of steps, each on the output of the one before. Filled and checked by the host, and
 * borrowed by the callee for the length of the call; sb_problem_copy() copies it.
 */
typedef struct sb_problem {
    uint32_t size;
    uint32_t type;       /* sb_type */
    uint64_t needs;      /* SB_NEED_... */
    int64_t n;           /* images */
    int64_t threads;     /* how many threads the kernel may use, at least 1 */
    uint32_t step_count; /* 1 to SB_MAX_STEPS */
    uint32_t residual;   /* 1: the last step adds a residual of its output's shape; else 0 */
    sb_step steps[SB_MAX_STEPS];
} sb_problem;

/* Copies the members that both sides know; members past the original's size become zero. A plain
 * assignment would read past the end of an older host's struct. */
static inline void sb_problem_copy(sb_problem *to, const sb_problem *from)
{
    const size_t known = from->size < sizeof *to ? from->size : sizeof *to;
    memset(to, 0, sizeof *to);
    memcpy(to, from, known);
    to->size = (uint32_t)known;
}

/*
 * The weights of a problem, dense, by step; NULL past the last step, and for a step without bias.
 * Borrowed for the length of `plan`; a kernel that wants them later copies or packs them.
 */
typedef struct sb_weights {
    uint32_t size;
    uint32_t step_count;
    const void *weights[SB_MAX_STEPS]; /* [k][c / groups][r][s] of the problem's type */
    const float *biases[SB_MAX_STEPS]; /* [k] */
} sb_weights;

/*
 * Memory layouts of input and output. In the blocked ones channels lie in blocks of 8 or 16:
 * [n][ceil(c / B)][h][w][B]. Channels past c in the last block hold zero in an input and a
 * residual; in an output a kernel may leave anything there.
 */
typedef enum sb_layout { SB_NCHW = 0, SB_NHWC = 1, SB_NCHW8C = 2, SB_NCHW16C = 3 } sb_layout;

typedef struct sb_layouts {
    uint32_t size;
    uint32_t input;  /* sb_layout */
    uint32_t output; /* sb_layout; the residual's too */
} sb_layouts;

/* -------------------------------------------------------------------------------------- host */

/* What sb_cpu.features may hold. A feature is set only if processor and operating system both allow
 * it. */
#define SB_CPU_SSE2   (UINT64_C(1) << 0)
#define SB_CPU_AVX    (UINT64_C(1) << 1)
#define SB_CPU_AVX2   (UINT64_C(1) << 2) /* with FMA3 */
#define SB_CPU_AVX512 (UINT64_C(1) << 3) /* F, BW, DQ and VL together */
#define SB_CPU_NEON   (UINT64_C(1) << 8)

/* The processor as the host wants it used; the user may have masked some features. */
typedef struct sb_cpu {
    uint32_t size;
    uint32_t cores; /* cores the process may use */
    uint64_t features;
    uint64_t l1d_bytes; /* per core; 0 where unknown, as below */
    uint64_t l2_bytes;  /* per core */
    uint64_t l3_bytes;  /* the whole cache that a core uses */
} sb_cpu;

typedef enum sb_log_level { SB_LOG_DEBUG = 0, SB_LOG_INFO = 1, SB_LOG_WARNING = 2 } sb_log_level;

/* What the host offers. Valid from `init` (or the first `plan`) until `deinit`. */
typedef struct sb_host {
    uint32_t size;
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t reserved;
    const sb_cpu *cpu; /* borrowed; lives as long as the host */
    /* Shows a line of text to the user. Copied before it returns. Must not be called from `run`.
     * [any] */
    void (*log)(const struct sb_host *host, sb_log_level level, const char *text);
    /*
     * Memory of at least `bytes` bytes, zeroed, aligned to 64 bytes (4096 from 64 KiB up). NULL if
     * there is none. The caller frees it. [any]
     */
    void *(*alloc)(const struct sb_host *host, size_t bytes);
    /* Frees memory that `alloc` returned; NULL is allowed. [any] */
    void (*free)(const struct sb_host *host, void *memory);
    /* An extension of the host by its id, such as SB_HOST_NOTES, or NULL; valid as long as the
     * host. [main] */
    const void *(*get_extension)(const struct sb_host *host, const char *id);
} sb_host;

/*
 * A host extension: notes that the processes of a plugin pass on to each other: in `init` it keeps
 * what it found out by timing, and its later processes in the same run read it and choose alike.
 * Lasting notes may also be kept for later runs on this machine: see that they still hold. Names
 * and texts are printable ASCII, names without '='; about 250 bytes in all. Any may be missing.
 */
#define SB_HOST_NOTES         "sepbench.notes/1"
#define SB_HOST_LASTING_NOTES "sepbench.lasting_notes/1"

typedef struct sb_host_notes {
    uint32_t size;
    uint32_t reserved;
    /* The text of a note, or NULL; valid until the next call. [main, in `init`] */
    const char *(*find)(const sb_host *host, const char *name);
    /* Keeps a note, or replaces it. Returns 0, or -1 if it is not legal, if there is no room for
     * it, or outside of `init`. [main, in `init`] */
    int (*keep)(const sb_host *host, const char *name, const char *text);
} sb_host_notes;

/* Where a plugin writes why it refuses or fails: one line for the user, cut to fit. */
typedef struct sb_why {
    uint32_t size;
    char text[SB_MAX_WHY];
} sb_why;

/* -------------------------------------------------------------------------------- parameters */

typedef enum sb_parameter_kind {
    SB_INTEGER = 0,      /* min, min + step, ... up to max */
    SB_POWER_OF_TWO = 1, /* min, 2 min, 4 min, ... up to max; min is a power of two */
    SB_CHOICE = 2,       /* an index into `choices`: unordered names */
    SB_FLAG = 3          /* 0 or 1 */
} sb_parameter_kind;

/* One integer that the tuner may choose. Static. */
typedef struct sb_parameter {
    uint32_t size;
    uint32_t kind; /* sb_parameter_kind */
    const char *id;
    const char *summary;
    int64_t min, max, step;     /* SB_INTEGER: all three, step >= 1; SB_POWER_OF_TWO: min and max */
    int64_t initial;            /* the default, a legal value; for SB_CHOICE an index */
    const char *const *choices; /* SB_CHOICE: NULL-terminated ids; otherwise NULL */
} sb_parameter;

/* ------------------------------------------------------------------------------------ kernel */

/*
 * How a kernel computes, which determines the error bound that its results must meet. SB_DIRECT
 * kernels sum the products of the definition in any order, with or without fused multiply-add, and
 * must also pass an integer test bit for bit.
 */
typedef enum sb_arithmetic {
    SB_DIRECT = 0,
    SB_WINOGRAD_F2 = 1, /* F(2x2, r x s) */
    SB_WINOGRAD_F4 = 2, /* F(4x4, r x s) */
    SB_WINOGRAD_F6 = 3, /* F(6x6, r x s) */
    SB_STRASSEN = 4,    /* one level of Strassen's or Winograd's matrix product */
    SB_STRASSEN_2 = 5   /* two levels */
} sb_arithmetic;

#define SB_KERNEL_THREADED     (UINT32_C(1) << 0) /* uses sb_problem.threads threads */
#define SB_KERNEL_UNREPEATABLE (UINT32_C(1) << 1) /* two runs may differ in the last bits */

/* The values that a parameter may take for one problem on one processor. */
typedef struct sb_range {
    int64_t min, max;
} sb_range;

/* The tensors of one call of `run`. Borrowed for the length of the call. */
typedef struct sb_call {
    uint32_t size;
    uint32_t reserved;
    const void *input;    /* may be read-only */
    const void *residual; /* NULL unless sb_problem.residual; may be the input */
    void *output;         /* no part of it overlaps the others */
    sb_why *why;          /* where a failing run writes why */
} sb_call;

/*
 * One technique for the problems that it handles. Static. `values` is always the array of the
 * kernel's parameters in the order of `parameters`, each a legal value, borrowed for the length of
 * the call; so is `cpu`.
 */
typedef struct sb_kernel {
    uint32_t size;
    uint32_t arithmetic;   /* sb_arithmetic */
    uint64_t handles;      /* SB_NEED_... */
    uint32_t flags;        /* SB_KERNEL_... */
    uint32_t input_slack;  /* readable bytes that `run` needs past the end of input
                              and residual, at most 65536; their content is arbitrary */
    const char *id;        /* unique in the plugin, for example "standard" */
    const char *technique; /* an id; a speedup is between kernels of the same technique */
    const char *summary;   /* one line for the user */
    const sb_parameter *const *parameters; /* NULL-terminated; NULL where there are none */

    /*
     * Can this kernel compute the problem on this processor? 1: yes, for every valid parameter set;
     * 0: no, with the reason in `why`, in terms of the problem ("groups > 1 are not supported").
     * Called only for problems all of whose needs it handles. Pure: the same answer for the same
     * arguments, no side effect. [main]
     */
    int (*supports)(const sb_problem *problem, const sb_cpu *cpu, sb_why *why);

    /*
     * Optional (NULL: every parameter's `initial`). Overwrites `values`, which hold the initial
     * values, with better ones for the problem. The result must be valid. Pure. [main]
     */
    void (*defaults)(const sb_problem *problem, const sb_cpu *cpu, int64_t *values);

    /*
     * Optional (NULL: all are valid). 1 if the parameters go together for this problem on this
     * processor, else 0. No two valid parameter sets compute the same thing in the same way. Called
     * very often, only for problems that `supports` accepts. Pure. [main]
     */
    int (*valid)(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values);

    /* The layouts in which `run` expects its input and writes its output. NULL: both NCHW. Pure.
     * [main] */
    void (*layouts)(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                    sb_layouts *layouts);

    /*
     * Prepares to run: packs weights, allocates scratch memory. Called only for a supported problem
     * and valid values. Returns 0 and a plan (not NULL) in `*plan`, which the host destroys; or
     * non-zero with the reason in `why` and everything released. Two plans alive at once share
     * nothing that `run` writes. Timed separately, as `prepare_ns`. [main]
     */
    int (*plan)(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **plan, sb_why *why);

    /*
     * Computes every element of the output; this is what is timed. The tensors are aligned to 64
     * bytes and have the announced layouts. Allocates nothing, logs nothing, leaves no work behind,
     * and may be called any number of times, with the same or other tensors. Returns 0, or non-zero
     * if it could not run. [main]
     */
    int (*run)(void *plan, const sb_call *call);

    /* Releases the plan. Never fails. [main] */
    void (*destroy)(void *plan);

    /* ------------------------------------------ optional, and a host that is older ignores them */

    /*
     * NULL: nothing to say. One line about what `plan` chose, for example the implementation that a
     * library picked. Borrowed until `destroy`. [main]
     */
    const char *(*describe)(const void *plan);

    /*
     * NULL: as declared. Narrows the parameters of kind SB_INTEGER and SB_POWER_OF_TWO to what can
     * be valid for the problem on this processor: `ranges` holds the declared minima and maxima, in
     * the order of `parameters`. Values between them are still subject to `valid`. Pure. [main]
     */
    void (*ranges)(const sb_problem *problem, const sb_cpu *cpu, sb_range *ranges);

    /*
     * NULL: the host looks for valid values near the defaults. The user has given some of the
     * values: bit i of `given` stands for values[i]. The others are those of `defaults`, and are
     * replaced by good ones for the problem together with the given values, such that all are
     * valid. The given ones stay as they are; if no others are valid with them, it does not matter
     * what the others become. Called only if some values are given, and some are not. Pure. [main]
     */
    void (*complete)(const sb_problem *problem, const sb_cpu *cpu, uint32_t given, int64_t *values);
} sb_kernel;

/* ------------------------------------------------------------------------------------ plugin */

#define SB_PLUGIN_PEER (UINT32_C(1) << 0) /* only wraps another library */

/* The plugin's table. Static. */
typedef struct sb_plugin {
    uint32_t size;
    uint32_t abi_major; /* SB_ABI_MAJOR */
    uint32_t abi_minor; /* SB_ABI_MINOR */
    uint32_t flags;     /* SB_PLUGIN_... */
    const char *id;
    const char *version;
    const char *summary;
    const char *license;             /* SPDX expression */
    const char *build;               /* compiler and flags, for the record; NULL: not known */
    const sb_kernel *const *kernels; /* NULL-terminated, at least one */
    /*
     * NULL: nothing to do. Called once before any kernel's `plan`; not called if kernels are only
     * listed. This is where a wrapped library is loaded. Returns 0, or non-zero with the reason in
     * `why`: then every kernel of the plugin has the verdict `unsupported`. `host` is valid until
     * `deinit`. [main]
     */
    int (*init)(const sb_host *host, sb_why *why);
    /* NULL: nothing to do. Called once after a successful `init`, when every plan has been
     * destroyed. Never fails. [main] */
    void (*deinit)(void);
    /* NULL: there is none. An extension of the plugin by its id, or NULL. Static. [main] */
    const void *(*get_extension)(const char *id);

    /* ------------------------------------------ optional, and a host that is older ignores them */

    /* NULL: none. Called after `init`: names and versions of the wrapped libraries, as loaded
     * ("oneDNN 2.6.0"), separated by ", ". Borrowed until `deinit`. [main] */
    const char *(*libraries)(void);
} sb_plugin;

/*
 * An extension of plugins that wrap what a system may lack. A host leaves an absent plugin out of
 * what it lists and measures, unlike one whose `init` fails.
 */
#define SB_ABSENCE_1 "sepbench.absence/1"
typedef struct sb_absence_1 {
    /* NULL: it is there, or the user wants an error if it is not. Otherwise why it is absent, one
     * line for the user, static. Called before `init`, or without it. [main] */
    const char *(*why)(void);
} sb_absence_1;

/*
 * An extension of plugins whose library takes a whole network, and may fuse and choose layouts
 * across its layers. The host runs this beside the same layers with the plugin's kernels.
 */
#define SB_NETWORK_1 "sepbench.network/1"

/* A problem of a network, whose input is the output of the part before it. Borrowed during `plan`.
 */
typedef struct sb_network_part {
    const sb_problem *problem;
    const sb_weights *weights;
    int64_t residual; /* the part whose input this problem adds; negative: it has no residual */
} sb_network_part;

typedef struct sb_network_1 {
    /* As those of a kernel. Input of the first part and output of the last are NCHW; all parts have
     * the same type, images and threads. [main] */
    int (*plan)(const sb_host *host, const sb_network_part *parts, size_t count, void **plan,
                sb_why *why);
    int (*run)(void *plan, const sb_call *call);
    void (*destroy)(void *plan);
} sb_network_1;

#if defined(_WIN32)
#define SB_PLUGIN_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define SB_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define SB_PLUGIN_EXPORT
#endif

/* Declares the entry, so that in C++ it has C linkage and is exported although it is constant. */
extern SB_PLUGIN_EXPORT const sb_plugin sb_plugin_entry;

#ifdef __cplusplus
}
#endif

#endif /* SEPBENCH_PLUGIN_H */
