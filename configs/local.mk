# SPDX-License-Identifier: Apache-2.0
# Installed beside the documentation that explains it.
nobase_dist_doc_DATA += %D%/slurm/mobilenet_v1.sh
configsdir = $(pkgdatadir)/configs
dist_configs_DATA = \
	%D%/channel_limit.yaml \
	%D%/convnext_tiny.yaml \
	%D%/efficientnet_b0.yaml \
	%D%/googlenet.yaml \
	%D%/mnasnet_a1.yaml \
	%D%/mobilenet_v1.yaml \
	%D%/mobilenet_v2.yaml \
	%D%/mobilenet_v3_large.yaml \
	%D%/mobilenet_v3_small.yaml \
	%D%/peers_dense3x3.yaml \
	%D%/peers_dense_any.yaml \
	%D%/peers_dense_winograd.yaml \
	%D%/peers_depthwise_large.yaml \
	%D%/peers_depthwise_other.yaml \
	%D%/peers_depthwise_s1.yaml \
	%D%/peers_depthwise_s2.yaml \
	%D%/peers_first_layers.yaml \
	%D%/peers_grouped.yaml \
	%D%/peers_mobilenet_v1.yaml \
	%D%/peers_odd.yaml \
	%D%/peers_pointwise.yaml \
	%D%/peers_pointwise_large.yaml \
	%D%/peers_separable.yaml \
	%D%/peers_worked_example.yaml \
	%D%/quick.yaml \
	%D%/resnet50.yaml \
	%D%/shufflenet_v2.yaml \
	%D%/vgg16.yaml \
	%D%/worked_example.yaml \
	%D%/xception.yaml
