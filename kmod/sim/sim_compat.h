/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernels differ, and nowhere else. Kbuild looks into their headers, because distributions
 * carry changes back and version numbers then lie. Reference is 6.12.
 */
#ifndef NVMUX_SIM_COMPAT_H
#define NVMUX_SIM_COMPAT_H

/* attach_dev() also names the domain that the device leaves: from about 6.19 on. */
#ifdef SIM_ATTACH_NAMES_OLD
#define SIM_ATTACH_ARGS	struct iommu_domain *domain, struct device *dev, struct iommu_domain *old
#else
#define SIM_ATTACH_ARGS	struct iommu_domain *domain, struct device *dev
#endif

#endif
