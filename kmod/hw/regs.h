/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of BAR0. Sources: NVIDIA/open-gpu-doc manuals/ (GD), NVIDIA/open-gpu-kernel-modules
 * (OK), Linux drivers/gpu/nova-core (LX).
 */
#ifndef NVMUX_REGS_H
#define NVMUX_REGS_H

#include <linux/bits.h>

/* Identity, all chips. GD volta/gv100/dev_master.ref.txt:23, 111; OK nv_ref.h:145 */
#define PMC_BOOT_0			0x000000
#define PMC_BOOT_1			0x000004
#define  PMC_BOOT_1_VGPU_VF		(2U << 16)
#define PMC_BOOT_42			0x000a00
#define  PMC_BOOT_42_CHIP_ID		GENMASK(28, 20)

/* Framebuffer size, Pascal to Turing and GA100. OK kern_mem_sys_gp102.c:47 */
#define LOCAL_MEMORY_RANGE		0x100ce0
#define  LOCAL_MEMORY_RANGE_SCALE	GENMASK(3, 0)
#define  LOCAL_MEMORY_RANGE_MAG		GENMASK(9, 4)
#define  LOCAL_MEMORY_RANGE_ECC		BIT(30)

/* Framebuffer size in MiB, GA102 and later. OK kern_mem_sys_ga102.c:48 */
#define SECURE_SCRATCH_GROUP_42		0x1183a4

/* Firmware boot progress, Turing and later. LX gfw.rs, regs.rs */
#define GFW_BOOT_PROTECT		0x118128
#define  GFW_BOOT_PROTECT_READABLE	BIT(0)
#define GFW_BOOT_PROGRESS		0x118234
#define  GFW_BOOT_PROGRESS_VALUE	GENMASK(7, 0)
#define  GFW_BOOT_PROGRESS_DONE		0xff

/* Hopper and later boot by their FSP: gh100/dev_therm.h and gb202/dev_therm.h of nouveau's nvhw */
#define HOPPER_FSP_BOOT			0x0200bc
#define BLACKWELL_GB20X_FSP_BOOT	0xad00bc
#define  BLACKWELL_GB20X_FIRST		0x1b0	/* chip id */
#define  FSP_BOOT_DONE			0xff

/*
 * One MiB of framebuffer, which begins where the window register says, in units of 64 KiB. GD
 * gv100/dev_bus.ref.txt:165, gv100/dev_ram:49; OK hopper/gh100/pri_nv_xal_ep.h
 */
#define BAR0_WINDOW			0x001700
#define HOPPER_BAR0_WINDOW		0x10fd40
#define  BAR0_WINDOW_BASE		GENMASK(23, 0)
#define  BAR0_WINDOW_SHIFT		16
#define PRAMIN				0x700000
#define PRAMIN_SIZE			0x100000

/* BAR1 block: physical when the mode bit is clear. GD gv100/dev_bus.ref.txt:173, ga100/dev_vm:44 */
#define VOLTA_BAR1_BLOCK		0x001704
#define TURING_BAR1_BLOCK		0xb80f40
#define  BAR1_BLOCK_MODE_VIRTUAL	BIT(31)

/* Hopper's is in two words. OK hopper dev_vm.h:68 */
#define HOPPER_BAR1_BLOCK_LOW		0xb80f60
#define  HOPPER_BAR1_MODE_VIRTUAL	BIT(9)
#define HOPPER_BAR1_BLOCK_HIGH		0xb80f64

/* Nanosecond timer of the usermode page. GD gv100/dev_usermode.ref.txt:103 */
#define USERMODE_TIME_0			0x810080
#define USERMODE_TIME_1			0x810084

#endif
