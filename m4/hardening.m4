dnl SPDX-License-Identifier: Apache-2.0

dnl SB_HARDENING: what makes holes in the harness harder to use, as far as compiler and linker know it;
dnl --disable-hardening leaves it out. SB_HARDEN_CPPFLAGS is for the harness. It stands where only the
dnl compiler sees it: Clang warns of such flags where it only links. Plugins get SB_HARDEN_LDFLAGS
dnl alone, which cost nothing after loading; guards in every function would show in kernels' times.
AC_DEFUN([SB_HARDENING], [
  AC_ARG_ENABLE([hardening],
    [AS_HELP_STRING([--disable-hardening], [leave out stack protector, RELRO and the like])],
    [], [enable_hardening=yes])
  SB_HARDEN_CPPFLAGS=
  SB_HARDEN_LDFLAGS=
  AS_IF([test "x$enable_hardening" != xno], [
    SB_TAKEN_CFLAGS([SB_HARDEN_CPPFLAGS],
      [-fstack-protector-strong -fstack-clash-protection -fcf-protection])
    SB_TAKEN_LDFLAGS([SB_HARDEN_LDFLAGS], [-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack])
    SB_FORTIFY
  ])
  AC_SUBST([SB_HARDEN_CPPFLAGS])
  AC_SUBST([SB_HARDEN_LDFLAGS])
])

dnl SB_TAKEN_LDFLAGS(VARIABLE, FLAGS): the variable holds those of the flags that the linker knows.
AC_DEFUN([SB_TAKEN_LDFLAGS], [
  $1=
  for sb_flag in $2; do
    AC_MSG_CHECKING([whether the linker takes $sb_flag])
    sb_saved_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS $sb_flag"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); AS_VAR_APPEND([$1], [" $sb_flag"])],
      [AC_MSG_RESULT([no])])
    LDFLAGS=$sb_saved_LDFLAGS
  done
])

dnl SB_FORTIFY: checked forms of memcpy, snprintf and others. Sanitizers have better ones; the header
dnl warns where nothing is optimized, which make knows, as it knows CFLAGS; and some compilers and
dnl packagers define it themselves.
AC_DEFUN([SB_FORTIFY], [
  AC_CACHE_CHECK([whether $CC defines _FORTIFY_SOURCE], [sb_cv_fortified], [
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#ifndef _FORTIFY_SOURCE
#error not defined
#endif
      ]], [])], [sb_cv_fortified=yes], [sb_cv_fortified=no])
  ])
  AS_IF([test "$sb_cv_fortified" = no && test "x$enable_sanitizers" != xyes], [
    AS_VAR_APPEND([SB_HARDEN_CPPFLAGS],
      [' $(if $(filter-out -O0,$(lastword $(filter -O%,$(CFLAGS)))),$(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,-D_FORTIFY_SOURCE=2))'])
  ])
])
