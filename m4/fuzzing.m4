dnl SPDX-License-Identifier: Apache-2.0

dnl SB_FUZZER: how to compile for libFuzzer, and how to link its main().
AC_DEFUN([SB_FUZZER], [
  sb_saved_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS -fsanitize=fuzzer"
  AC_CACHE_CHECK([whether $CC has libFuzzer], [sb_cv_fuzzer], [
    AC_LINK_IFELSE([AC_LANG_SOURCE([[
#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return size && data ? 0 : 0; }
      ]])], [sb_cv_fuzzer=yes], [sb_cv_fuzzer=no])
  ])
  CFLAGS=$sb_saved_CFLAGS
  AS_IF([test "$sb_cv_fuzzer" = no],
        [AC_MSG_ERROR([--enable-fuzzing needs clang with its runtime libraries: apt-get install clang libclang-rt-14-dev, CC=clang])])
  SB_FUZZ_CFLAGS=" -fsanitize=fuzzer-no-link"
  SB_FUZZ_LDFLAGS="-fsanitize=fuzzer"
  AC_SUBST([SB_FUZZ_LDFLAGS])
])
