# SPDX-License-Identifier: Apache-2.0
from spack.package import *


class Sepbench(AutotoolsPackage):
    """Benchmark of depthwise-separable against standard convolution on the layers of real
    networks, for many techniques and libraries."""

    homepage = "https://github.com/sepbench/sepbench"
    git = "https://github.com/sepbench/sepbench.git"

    license("Apache-2.0")

    version("main", branch="main")

    variant("onednn", default=True, description="oneDNN as a peer")
    variant("xnnpack", default=False, description="XNNPACK as a peer, where the system has it")
    variant("libxsmm", default=False, description="libxsmm as a peer")
    variant("openblas", default=True, description="OpenBLAS as a peer, and for GEMM")
    variant("blis", default=False, description="BLIS as a peer, and for GEMM")
    variant("onnx", default=True, description="Import of ONNX models")
    variant("figures", default=True, description="gnuplot, which draws figures")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("autoconf@2.71:", type="build")
    depends_on("automake@1.16:", type="build")
    depends_on("libtool", type="build")
    depends_on("m4", type="build")
    depends_on("pkgconfig", type="build")

    depends_on("libyaml")
    depends_on("sqlite@3")
    depends_on("hwloc@2:")
    depends_on("jansson@2.10:")
    depends_on("xxhash")
    depends_on("zlib-api")

    depends_on("onednn", when="+onednn")
    depends_on("libxsmm", when="+libxsmm")
    depends_on("openblas threads=openmp", when="+openblas")
    depends_on("blis", when="+blis")
    depends_on("protobuf-c", when="+onnx")
    depends_on("gnuplot+cairo", when="+figures", type="run")
    depends_on("cmocka", type="test")

    conflicts("target=x86:", msg="sepbench needs 64 bits")
    conflicts("platform=windows")

    def configure_args(self):
        args = []
        for name in ("onednn", "xnnpack", "libxsmm", "openblas", "blis", "onnx"):
            args += self.with_or_without(name)
        return args

    def installcheck(self):
        with working_dir(self.build_directory):
            make("installcheck")
