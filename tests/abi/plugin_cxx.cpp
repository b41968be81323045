/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin in C++17, to show that one loads and conforms: plain loops of the standard convolution
 * without groups. Tables are constant expressions, so that nothing runs when it is loaded. */
#include <sepbench/plugin.h>

#include <cstdio>
#include <new>
#include <vector>

namespace
{

struct plan {
    sb_problem problem;
    std::vector<float> weights;
};

int supports(const sb_problem *b, const sb_cpu *, sb_why *why)
{
    if (b->steps[0].groups == 1)
        return 1;
    std::snprintf(why->text, sizeof why->text, "groups > 1 are not supported");
    return 0;
}

/* No exception may leave a function that the host calls. */
int make_plan(const sb_host *, const sb_problem *b, const int64_t *, const sb_weights *weights,
              void **out, sb_why *why)
{
    try {
        const float *from = static_cast<const float *>(weights->weights[0]);
        const sb_step &s = b->steps[0];
        auto own = new plan { {}, std::vector<float>(from, from + s.k * s.c * s.r * s.s) };
        sb_problem_copy(&own->problem, b);
        *out = own;
        return 0;
    } catch (const std::bad_alloc &) {
        std::snprintf(why->text, sizeof why->text, "no memory for the plan");
        return -1;
    }
}

float pixel(const plan &own, const float *image, int64_t k, int64_t p, int64_t q)
{
    const sb_step &b = own.problem.steps[0];
    float sum = 0;
    for (int64_t c = 0; c < b.c; c++)
        for (int64_t r = 0; r < b.r; r++)
            for (int64_t s = 0; s < b.s; s++) {
                const int64_t y = p * b.stride_h - b.pad_top + r * b.dilation_h;
                const int64_t x = q * b.stride_w - b.pad_left + s * b.dilation_w;
                if (y < 0 || y >= b.h || x < 0 || x >= b.w)
                    continue;
                const int64_t tap = ((k * b.c + c) * b.r + r) * b.s + s;
                sum += image[(c * b.h + y) * b.w + x] * own.weights[static_cast<size_t>(tap)];
            }
    return sum;
}

int run(void *memory, const sb_call *call)
{
    const plan &own = *static_cast<const plan *>(memory);
    const sb_step &b = own.problem.steps[0];
    const float *input = static_cast<const float *>(call->input);
    float *output = static_cast<float *>(call->output);
    for (int64_t n = 0; n < own.problem.n; n++)
        for (int64_t k = 0; k < b.k; k++)
            for (int64_t p = 0; p < b.p; p++)
                for (int64_t q = 0; q < b.q; q++)
                    *output++ = pixel(own, input + n * b.c * b.h * b.w, k, p, q);
    return 0;
}

void destroy(void *memory)
{
    delete static_cast<plan *>(memory);
}

constexpr sb_kernel make_kernel()
{
    sb_kernel kernel {};
    kernel.size = sizeof kernel;
    kernel.handles = SB_NEED_STANDARD;
    kernel.arithmetic = SB_DIRECT;
    kernel.id = "standard";
    kernel.technique = "plugin_cxx";
    kernel.summary = "standard convolution in plain loops, in C++";
    kernel.supports = supports;
    kernel.plan = make_plan;
    kernel.run = run;
    kernel.destroy = destroy;
    return kernel;
}

constexpr sb_kernel standard = make_kernel();
constexpr const sb_kernel *kernels[] = { &standard, nullptr };

constexpr sb_plugin make_plugin()
{
    sb_plugin plugin {};
    plugin.size = sizeof plugin;
    plugin.abi_major = SB_ABI_MAJOR;
    plugin.abi_minor = SB_ABI_MINOR;
    plugin.id = "plugin_cxx";
    plugin.version = "1.0";
    plugin.summary = "shows that a plugin may be written in C++";
    plugin.license = "Apache-2.0";
    plugin.kernels = kernels;
    return plugin;
}

} // namespace

const sb_plugin sb_plugin_entry = make_plugin();
