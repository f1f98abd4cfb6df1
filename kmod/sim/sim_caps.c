// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capabilities that a function shows, and where.
 *
 * Layouts as in the XVE manual of GA100, manuals/ampere/ga100/dev_nv_xve3g_fn0.ref.txt of
 * NVIDIA/open-gpu-doc, called "xve" below; Hopper as seen in dumps. Only what a driver or a
 * virtual machine may look at has content; the rest of the chain is there to look the same.
 * Everything here runs under board->lock.
 */
#include <linux/log2.h>

#include "sim.h"

#define DEVCTL_WRITABLE		0x7dff
#define DEVCTL_DEFAULT		(PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_EXT_TAG | \
				 PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ_512B)

/**
 * struct cap - one capability of a layout
 * @at: where
 * @id: capability id
 * @build: fills in the rest, NULL when all zero will do
 */
struct cap {
	u16 at;
	u16 id;
	void (*build)(struct sim_function *fn, unsigned int at);
};

/* xve:312-371. All power states keep the state, so D3hot and back is not a reset. */
static void build_pm(struct sim_function *fn, unsigned int at)
{
	fn->pm = at;
	sim_config_put_word(fn, at + PCI_PM_PMC, 3, 0);
	sim_config_put_word(fn, at + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET,
			    PCI_PM_CTRL_STATE_MASK);
}

static bool is_display(const struct sim_function *fn)
{
	return fn->part == SIM_GPU && fn->board->model->display;
}

static bool has_flr(const struct sim_function *fn)
{
	return fn->part == SIM_GPU && fn->board->model->flr;
}

static u32 link_speed(const struct sim_function *fn)
{
	if (fn->board->model->family >= SIM_HOPPER)
		return PCI_EXP_LNKCAP_SLS_32_0GB;
	if (fn->board->model->chip >= 0x170)
		return PCI_EXP_LNKCAP_SLS_16_0GB;
	return PCI_EXP_LNKCAP_SLS_8_0GB;
}

static void build_link(struct sim_function *fn, unsigned int at)
{
	u32 lnkctl = PCI_EXP_LNKCTL_ASPMC | PCI_EXP_LNKCTL_CCC | PCI_EXP_LNKCTL_ES;
	u32 speed = link_speed(fn);
	u32 lnkcap = speed | 16 << 4 | PCI_EXP_LNKCAP_ASPM_L1 | 4 << 15 | BIT(22);

	sim_config_put_long(fn, at + PCI_EXP_LNKCAP, lnkcap, 0);
	sim_config_put_word(fn, at + PCI_EXP_LNKCTL, 0, lnkctl);
	sim_config_put_word(fn, at + PCI_EXP_LNKSTA, speed | 16 << 4 | PCI_EXP_LNKSTA_SLC, 0);
	sim_config_put_long(fn, at + PCI_EXP_LNKCAP2, (BIT(speed) - 1) << 1, 0);
	sim_config_put_word(fn, at + PCI_EXP_LNKCTL2, speed, PCI_EXP_LNKCTL2_TLS);
}

/* xve:393-620. Display boards have I/O space, so they call themselves legacy endpoints. */
static void build_exp(struct sim_function *fn, unsigned int at)
{
	u32 type = is_display(fn) ? PCI_EXP_TYPE_LEG_END : PCI_EXP_TYPE_ENDPOINT;
	u32 devcap = 1 | PCI_EXP_DEVCAP_EXT_TAG | PCI_EXP_DEVCAP_RBER;
	u32 devcap2 = PCI_EXP_DEVCAP2_COMP_TMOUT_DIS | PCI_EXP_DEVCAP2_LTR;
	u32 devctl2 = PCI_EXP_DEVCTL2_COMP_TMOUT_DIS | PCI_EXP_DEVCTL2_LTR_EN;

	if (has_flr(fn))
		devcap |= PCI_EXP_DEVCAP_FLR;
	fn->exp = at;
	sim_config_put_word(fn, at + PCI_EXP_FLAGS, 2 | type << 4, 0);
	sim_config_put_long(fn, at + PCI_EXP_DEVCAP, devcap, 0);
	sim_config_put_word(fn, at + PCI_EXP_DEVCTL, DEVCTL_DEFAULT, DEVCTL_WRITABLE);
	sim_config_put_long(fn, at + PCI_EXP_DEVCAP2, devcap2, 0);
	sim_config_put_word(fn, at + PCI_EXP_DEVCTL2, 0, devctl2);
	build_link(fn, at);
}

/* xve:372-392. One message with an address of 64 bits; Hopper can mask and has sixteen. */
static void build_msi(struct sim_function *fn, unsigned int at)
{
	bool hopper = fn->board->model->family == SIM_HOPPER;
	u16 flags = PCI_MSI_FLAGS_64BIT | (hopper ? PCI_MSI_FLAGS_MASKBIT | 4 << 1 : 0);
	u16 writable = PCI_MSI_FLAGS_ENABLE | (hopper ? PCI_MSI_FLAGS_QSIZE : 0);

	fn->msi = at;
	sim_config_put_word(fn, at + PCI_MSI_FLAGS, flags, writable);
	sim_config_put_long(fn, at + PCI_MSI_ADDRESS_LO, 0, ~3u);
	sim_config_put_long(fn, at + PCI_MSI_ADDRESS_HI, 0, ~0u);
	sim_config_put_word(fn, at + PCI_MSI_DATA_64, 0, 0xffff);
	if (hopper)
		sim_config_put_long(fn, at + PCI_MSI_MASK_64, 0, 0xffff);
}

/* ga100 dev_vm.ref.txt:481-528; the PF sees the same page at BAR0 + 0xb80000. */
static void build_msix(struct sim_function *fn, unsigned int at)
{
	unsigned int entries = fn->board->model->family == SIM_HOPPER ? 9 : 6;

	fn->msix = at;
	sim_config_put_word(fn, at + PCI_MSIX_FLAGS, entries - 1,
			    PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	sim_config_put_long(fn, at + PCI_MSIX_TABLE, SIM_MSIX_TABLE, 0);
	sim_config_put_long(fn, at + PCI_MSIX_PBA, SIM_MSIX_PBA, 0);
}

/* The length of the mailbox, xve:638-653. */
static void build_vendor(struct sim_function *fn, unsigned int at)
{
	sim_config_put_byte(fn, at + PCI_CAP_FLAGS, 0x14);
}

/* One channel that carries everything. */
static void build_vc(struct sim_function *fn, unsigned int at)
{
	sim_config_put_long(fn, at + PCI_VC_RES_CTRL, 0x800000ff, 0xfe);
}

/* xve:781-982. */
static void build_aer(struct sim_function *fn, unsigned int at)
{
	sim_config_put_long(fn, at + PCI_ERR_UNCOR_MASK, 0, 0x0011f010);
	sim_config_put_long(fn, at + PCI_ERR_UNCOR_SEVER, 0x00462030, 0x0005f010);
	sim_config_put_long(fn, at + PCI_ERR_COR_MASK,
			    PCI_ERR_COR_ADV_NFAT | PCI_ERR_COR_LOG_OVER, 0xf1c1);
}

static void build_ltr(struct sim_function *fn, unsigned int at)
{
	sim_config_put_long(fn, at + PCI_LTR_MAX_SNOOP_LAT, 0, 0x1fff1fff);
}

/* xve:1200-1253: id 1, revision 1, 36 bytes. */
static void build_vsec(struct sim_function *fn, unsigned int at)
{
	sim_config_put_long(fn, at + PCI_VNDR_HEADER, 0x02410001, 0);
}

static void build_dlf(struct sim_function *fn, unsigned int at)
{
	sim_config_put_long(fn, at + PCI_DLF_CAP, PCI_DLF_EXCHANGE_ENABLE | 1, 0);
}

static void build_dsn(struct sim_function *fn, unsigned int at)
{
	sim_config_put_long(fn, at + 4, lower_32_bits(fn->board->desc.serial), 0);
	sim_config_put_long(fn, at + 8, upper_32_bits(fn->board->desc.serial), 0);
}

static void build_rebar_entry(struct sim_function *fn, unsigned int at, unsigned int bar,
			      unsigned int count)
{
	unsigned int size = ilog2(fn->bar[bar].size) - 20;

	sim_config_put_long(fn, at + PCI_REBAR_CAP, 0x10u << size, 0);
	sim_config_put_long(fn, at + PCI_REBAR_CTRL, bar | count << 5 | size << 8, 0);
}

/* xve:1593-1621: each BAR of the GPU has just the one size that it has. */
static void build_rebar(struct sim_function *fn, unsigned int at)
{
	unsigned int bar, count = 0;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		count += !!fn->bar[bar].size;
	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (!fn->bar[bar].size)
			continue;
		build_rebar_entry(fn, at, bar, count);
		count = 0;
		at += 8;
	}
}

/* Volta, and boards with displays, which do without virtual functions and their MSI-X. */
static const struct cap msi_caps[] = {
	{ 0x60, PCI_CAP_ID_PM, build_pm },
	{ 0x68, PCI_CAP_ID_MSI, build_msi },
	{ 0x78, PCI_CAP_ID_EXP, build_exp },
	{ 0xb4, PCI_CAP_ID_VNDR, build_vendor },
	{ }
};

/* An empty capability keeps the chain together where MSI was. */
static const struct cap msix_caps[] = {
	{ 0x60, PCI_CAP_ID_PM, build_pm },
	{ 0x68, 0, NULL },
	{ 0x78, PCI_CAP_ID_EXP, build_exp },
	{ 0xb4, PCI_CAP_ID_VNDR, build_vendor },
	{ 0xc8, PCI_CAP_ID_MSIX, build_msix },
	{ }
};

static const struct cap hopper_caps[] = {
	{ 0x40, PCI_CAP_ID_PM, build_pm },
	{ 0x48, PCI_CAP_ID_MSI, build_msi },
	{ 0x60, PCI_CAP_ID_EXP, build_exp },
	{ 0x9c, PCI_CAP_ID_VNDR, build_vendor },
	{ 0xb0, PCI_CAP_ID_MSIX, build_msix },
	{ }
};

static const struct cap companion_caps[] = {
	{ 0x60, PCI_CAP_ID_PM, build_pm },
	{ 0x68, PCI_CAP_ID_MSI, build_msi },
	{ 0x78, PCI_CAP_ID_EXP, build_exp },
	{ }
};

static const struct cap xve_ext_caps[] = {
	{ 0x100, PCI_EXT_CAP_ID_VC, build_vc },
	{ 0x128, PCI_EXT_CAP_ID_PWR, NULL },
	{ 0x250, PCI_EXT_CAP_ID_LTR, build_ltr },
	{ 0x258, PCI_EXT_CAP_ID_L1SS, NULL },
	{ 0x420, PCI_EXT_CAP_ID_ERR, build_aer },
	{ 0x600, PCI_EXT_CAP_ID_VNDR, build_vsec },
	{ 0x900, PCI_EXT_CAP_ID_SECPCI, NULL },
	{ 0xbb0, PCI_EXT_CAP_ID_REBAR, build_rebar },
	{ 0xe00, PCI_EXT_CAP_ID_DLF, build_dlf },
	{ 0xe40, PCI_EXT_CAP_ID_DSN, build_dsn },
	{ }
};

static const struct cap hopper_ext_caps[] = {
	{ 0x100, PCI_EXT_CAP_ID_SECPCI, NULL },
	{ 0x12c, PCI_EXT_CAP_ID_LTR, build_ltr },
	{ 0x134, PCI_EXT_CAP_ID_REBAR, build_rebar },
	{ 0x1b8, PCI_EXT_CAP_ID_ERR, build_aer },
	{ 0x2a4, PCI_EXT_CAP_ID_VNDR, build_vsec },
	{ 0x2b8, PCI_EXT_CAP_ID_PWR, NULL },
	{ 0x2f0, PCI_EXT_CAP_ID_DSN, build_dsn },
	{ }
};

static const struct cap companion_ext_caps[] = {
	{ 0x100, PCI_EXT_CAP_ID_ERR, build_aer },
	{ }
};

static void build_caps(struct sim_function *fn, const struct cap *cap)
{
	unsigned int link = PCI_CAPABILITY_LIST;

	sim_config_put_word(fn, PCI_STATUS, PCI_STATUS_CAP_LIST, 0);
	for (; cap->at; cap++) {
		sim_config_put_byte(fn, link, cap->at);
		sim_config_put_byte(fn, cap->at, cap->id);
		if (cap->build)
			cap->build(fn, cap->at);
		link = cap->at + PCI_CAP_LIST_NEXT;
	}
}

/* Only boards that were given a serial number show one. */
static bool is_shown(const struct sim_function *fn, const struct cap *cap)
{
	return cap->id != PCI_EXT_CAP_ID_DSN || fn->board->desc.serial;
}

static void build_ext_caps(struct sim_function *fn, const struct cap *cap)
{
	unsigned int last = 0;

	for (; cap->at; cap++) {
		if (!is_shown(fn, cap))
			continue;
		sim_config_put_long(fn, cap->at, cap->id | 1 << 16, 0);
		if (cap->build)
			cap->build(fn, cap->at);
		if (last)
			sim_config_put_word(fn, last + 2, 1 | cap->at << 4, 0);
		last = cap->at;
	}
}

static void build_gpu(struct sim_function *fn)
{
	const struct sim_model *model = fn->board->model;

	if (model->family == SIM_HOPPER) {
		build_caps(fn, hopper_caps);
		build_ext_caps(fn, hopper_ext_caps);
		return;
	}
	if (model->family == SIM_VOLTA || model->display)
		build_caps(fn, msi_caps);
	else
		build_caps(fn, msix_caps);
	build_ext_caps(fn, xve_ext_caps);
}

static void build_companion(struct sim_function *fn)
{
	build_caps(fn, companion_caps);
	build_ext_caps(fn, companion_ext_caps);
}

/**
 * sim_caps_build() - fill in all capabilities
 * @fn: function, its configuration space otherwise complete
 */
void sim_caps_build(struct sim_function *fn)
{
	if (fn->part == SIM_GPU)
		build_gpu(fn);
	else
		build_companion(fn);
}
