dnl SPDX-License-Identifier: Apache-2.0

dnl SB_TAKEN_CFLAGS(VARIABLE, FLAGS): the variable holds those of the flags that the compiler knows.
AC_DEFUN([SB_TAKEN_CFLAGS], [
  $1=
  for sb_flag in $2; do
    AC_MSG_CHECKING([whether $CC takes $sb_flag])
    sb_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $sb_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); AS_VAR_APPEND([$1], [" $sb_flag"])],
      [AC_MSG_RESULT([no])])
    CFLAGS=$sb_saved_CFLAGS
  done
])

dnl SB_WARNINGS: SB_WARN_CFLAGS holds those of our warning flags that the compiler knows.
AC_DEFUN([SB_WARNINGS], [
  SB_TAKEN_CFLAGS([SB_WARN_CFLAGS], [-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wvla -Wundef -Wpointer-arith -Wwrite-strings -Wno-unknown-pragmas -Wno-psabi])
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors (for CI)])],
    [AS_IF([test "x$enableval" = xyes], [SB_WERROR=-Werror])])
  SB_WARN_CFLAGS="$SB_WARN_CFLAGS $SB_WERROR"
  AC_SUBST([SB_WERROR])
  AC_SUBST([SB_WARN_CFLAGS])
])

dnl SB_KERNELS: how to compile and link kernels, which make hundreds of functions of one source.
dnl SB_GC_LDFLAGS has the linker leave out what nothing refers to: of files compiled with
dnl SB_PARTS_CFLAGS each function apart. It drops the debugging information of objects that it leaves
dnl out whole, but takes those with unwind tables for referred to. SB_UNROLLED_CFLAGS leaves those
dnl out, and of the debugging information what made up nine tenths of a plugin: where each variable of
dnl each unrolled step lives, and each step as a statement of its own. Lines and functions are still
dnl known to debuggers and profilers.
AC_DEFUN([SB_KERNELS], [
  SB_TAKEN_CFLAGS([SB_UNROLLED_CFLAGS], [-fno-asynchronous-unwind-tables -fno-unwind-tables \
    -fno-var-tracking -gno-statement-frontiers -gno-inline-points])
  AC_SUBST([SB_UNROLLED_CFLAGS])
  SB_TAKEN_CFLAGS([SB_PARTS_CFLAGS], [-ffunction-sections -fdata-sections])
  AC_SUBST([SB_PARTS_CFLAGS])
  AC_CACHE_CHECK([whether the linker takes --gc-sections], [sb_cv_gc_sections], [
    sb_saved_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS -Wl,--gc-sections"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [sb_cv_gc_sections=yes], [sb_cv_gc_sections=no])
    LDFLAGS=$sb_saved_LDFLAGS
  ])
  AS_IF([test "$sb_cv_gc_sections" = yes], [SB_GC_LDFLAGS=-Wl,--gc-sections])
  AC_SUBST([SB_GC_LDFLAGS])
])

dnl SB_CXX17: the conditional HAVE_CXX17. Only tests are C++: that plugin.h is valid there too.
AC_DEFUN([SB_CXX17], [
  AC_CACHE_CHECK([for a C++17 compiler], [sb_cv_cxx17], [
    AC_LANG_PUSH([C++])
    sb_saved_CXXFLAGS=$CXXFLAGS
    CXXFLAGS="$CXXFLAGS -std=c++17"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <vector>
      constexpr int one() { int i = 0; i++; return i; }]], [[return (int)std::vector<int>(one()).size();]])],
      [sb_cv_cxx17=yes], [sb_cv_cxx17=no])
    CXXFLAGS=$sb_saved_CXXFLAGS
    AC_LANG_POP([C++])
  ])
  AM_CONDITIONAL([HAVE_CXX17], [test "$sb_cv_cxx17" = yes])
])

dnl SB_REQUIRED(VARIABLE, PKG-CONFIG NAME, [CONDITION])
dnl Notes a library that is missing; SB_REPORT_MISSING ends with all of them. The name is one of the
dnl first column of packaging/names; the condition is a version: [>= 2.0].
AC_DEFUN([SB_REQUIRED], [
  PKG_CHECK_MODULES([$1], [$2[]m4_ifval([$3], [ $3])], [],
    [AS_VAR_APPEND([sb_missing], [" $2"])
     AS_VAR_APPEND([sb_missing_text], [" $2[]m4_ifval([$3], [ $3]),"])])
])

dnl SB_REPORT_MISSING: with all names of all packages, so that nobody is told of them one by one.
AC_DEFUN([SB_REPORT_MISSING], [
  AS_IF([test -n "$sb_missing"], [
    AS_ECHO(["configure: not found:${sb_missing_text%,}. Install what brings them:"]) >&2
    sb_column=3
    for sb_manager in "apt-get install (Debian, Ubuntu)" "dnf install (Fedora)" "pacman -S (Arch)" \
        "zypper install (openSUSE)" "apk add (Alpine)" "brew install (Homebrew)"; do
      sb_names=`$AWK -v first=1 -v column=$sb_column -v missing="$sb_missing " '
        !/^#/ && index(missing, " " $first " ") { gsub(",", " ", $column); names = names " " $column }
        END { print names }' "$srcdir/packaging/names"`
      AS_ECHO(["  ${sb_manager%% (*}$sb_names   (${sb_manager#*(}"]) >&2
      sb_column=`expr $sb_column + 1`
    done
    AC_MSG_ERROR([libraries that are needed are missing (above)])
  ])
])

dnl SB_OPTIONAL(NAME, VARIABLE, WHAT FOR, PKG-CONFIG MODULE, HEADER, LIBRARY, FUNCTION, DEBIAN PACKAGES,
dnl             [PROGRAM])
dnl --with-NAME=auto|yes|no. Looks with pkg-config, then for header and library, and for a program that
dnl the build runs. Sets VARIABLE_CFLAGS, VARIABLE_LIBS, VARIABLE_PROGRAM, the conditional HAVE_VARIABLE
dnl and a line of the summary.
AC_DEFUN([SB_OPTIONAL], [
  AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1], [$3 (auto, yes, no; default auto)])],
    [], [with_$1=auto])
  sb_found=no
  AS_IF([test "x$with_$1" != xno], [
    PKG_CHECK_MODULES([$2], [$4], [sb_found=yes], [
      sb_saved_LIBS=$LIBS
      sb_header=yes
      m4_ifval([$5], [AC_CHECK_HEADER([$5], [], [sb_header=no])])
      AS_IF([test $sb_header = yes],
        [AC_CHECK_LIB([$6], [$7], [sb_found=yes; $2_LIBS="-l$6"; $2_CFLAGS=])])
      LIBS=$sb_saved_LIBS
    ])
    m4_ifval([$9], [AC_CHECK_PROG([$2_PROGRAM], [$9], [$9])
      AS_IF([test -z "$[]$2_PROGRAM"], [sb_found=no])])
    AS_IF([test "$sb_found" = no && test "x$with_$1" = xyes],
      [AC_MSG_ERROR([--with-$1 was asked for, but it was not found. On Debian or Ubuntu: apt-get install $8])])
  ])
  AM_CONDITIONAL([HAVE_$2], [test "$sb_found" = yes])
  AS_IF([test "$sb_found" = yes],
    [AC_DEFINE([HAVE_$2], [1], [Define to 1 if $3 can be built])
     sb_note="found"],
    [test "x$with_$1" = xno], [sb_note="left out, as asked"],
    [sb_note="not found (apt-get install $8)"])
  AS_VAR_APPEND([sb_summary], ["  m4_format([%-13s], [$1]) $3: $sb_note
"])
])
