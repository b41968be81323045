# SPDX-License-Identifier: Apache-2.0
nobase_dist_doc_DATA += \
	%D%/abi.md \
	%D%/answer.md \
	%D%/cluster.md \
	%D%/compare.md \
	%D%/configuration.md \
	%D%/export.md \
	%D%/figures.md \
	%D%/import.md \
	%D%/latex.md \
	%D%/method.md \
	%D%/page.md \
	%D%/peers.md \
	%D%/plugins.md \
	%D%/tuning.md
dist_man_MANS += %D%/sepbench.1

bashcompdir = $(datadir)/bash-completion/completions
dist_bashcomp_DATA = %D%/completions/sepbench
fishcompdir = $(datadir)/fish/vendor_completions.d
dist_fishcomp_DATA = %D%/completions/sepbench.fish
zshcompdir = $(datadir)/zsh/site-functions
dist_zshcomp_DATA = %D%/completions/_sepbench
