/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rooms of nvmux_sim.ko and what they tell each other.
 *
 * A board is one slot on a root bus of its own. Locks, outermost first: sim.lock, the PCI rescan
 * lock, board.lock. What the PCI core, the IOMMU core and nvmux.ko call never takes sim.lock,
 * because they may do so below a thread that is just plugging a board in.
 */
#ifndef NVMUX_SIM_H
#define NVMUX_SIM_H

#include <linux/configfs.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/pci_hotplug.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct dentry;
struct sim_board;
struct sim_function;

#define SIM_BAR0_SIZE		SZ_16M
#define SIM_MSIX_TABLE		0xb90000	/* in BAR0; ga100 dev_vm:481-528 at PF + 0xb80000 */
#define SIM_MSIX_PBA		0xba0000
#define SIM_GFW_PROGRESS	0x118234	/* nova-core regs.rs */
#define SIM_GFW_DONE		0xff
#define SIM_NAME_LEN		sizeof("0000:00:00.0")

/* Functions of a slot: the number is the PCI function number. */
enum sim_part {
	SIM_GPU,
	SIM_AUDIO,
	SIM_USB,
	SIM_UCSI,
	SIM_PARTS
};

/* Generations that differ in registers or in the layout of configuration space. */
enum sim_family {
	SIM_VOLTA = 1,
	SIM_TURING,	/* to Ada: they share what is simulated here */
	SIM_HOPPER,
	SIM_BLACKWELL,	/* registers of Hopper, configuration space of Turing */
};

/**
 * struct sim_model - one board that can be bought
 * @name: as written in configfs and module parameters
 * @family: generation, see &enum sim_family
 * @chip: chip id as in PMC_BOOT_42
 * @vendor: PCI vendor and subsystem vendor id, 0 is NVIDIA
 * @device: PCI device id
 * @subsystem: PCI subsystem device id
 * @class: PCI class code of what is no GPU, else 0
 * @display: class VGA controller instead of 3D controller
 * @flr: does function level reset
 * @vram_mib: framebuffer
 * @bar1_mib: BAR1, a power of two
 * @parts: functions, a bit for each &enum sim_part
 */
struct sim_model {
	const char *name;
	enum sim_family family;
	u16 chip;
	u16 vendor;
	u16 device;
	u16 subsystem;
	u32 class;
	bool display;
	bool flr;
	u32 vram_mib;
	u32 bar1_mib;
	unsigned int parts;
};

/**
 * struct sim_desc - what the user asks for
 * @model: board, NULL when not said yet
 * @addressed: @domain, @bus and @slot are valid
 * @domain: PCI domain
 * @bus: bus number, which the board has for itself
 * @slot: device number
 * @bar1_mib: 0 means what the model has
 * @vram_mib: 0 means what the model has
 * @parts_set: @parts is valid, otherwise those of the model
 * @parts: functions, a bit for each &enum sim_part
 * @group: boards with the same number share an IOMMU group; 0 means alone
 * @serial: device serial number, 0 means none
 * @hollow: its framebuffer has addresses but no memory; nothing may touch it
 */
struct sim_desc {
	const struct sim_model *model;
	bool addressed;
	u16 domain;
	u8 bus;
	u8 slot;
	u32 bar1_mib;
	u32 vram_mib;
	bool parts_set;
	unsigned int parts;
	u32 group;
	u64 serial;
	bool hollow;
};

/* Windows of a root bus: BARs of 32 bits, BAR1 alone, all other BARs of 64 bits. */
enum sim_window_id {
	SIM_LOW,
	SIM_FB,
	SIM_HIGH,
	SIM_WINDOWS
};

struct sim_window {
	struct resource res;
	u64 size;
	u64 offset;	/* CPU address minus bus address */
};

struct sim_bar {
	u64 size;
	u64 at;		/* byte in its window */
	enum sim_window_id window;
	u32 type;	/* low bits of the register */
};

struct sim_function {
	struct sim_board *board;
	enum sim_part part;
	unsigned int pm;	/* where the capabilities are, 0 is absent */
	unsigned int exp;
	unsigned int msi;
	unsigned int msix;
	struct sim_bar bar[PCI_STD_NUM_BARS];
	/* Both protected by board.lock. */
	u8 config[PCI_CFG_SPACE_EXP_SIZE];
	u8 writable[PCI_CFG_SPACE_EXP_SIZE];
};

/* Interrupt controllers, protected by board.lock: a tree from Turing on, two lines on Volta. */
struct sim_intr {
	u32 leaf[8];
	u32 leaf_en[8];
	u32 top_en;
	u32 sw[2];
	u32 en[2];
};

/**
 * struct sim_reg - registers with side effects
 * @first: offset of the first one
 * @count: how many there are, four bytes apart; 0 ends a table
 * @read: value of the one with @index, NULL when it is stored
 * @write: what writing does, NULL when the value is just stored
 *
 * Called with board.lock held.
 */
struct sim_reg {
	u32 first;
	u32 count;
	u32 (*read)(struct sim_board *board, u32 index);
	void (*write)(struct sim_board *board, u32 index, u32 value);
};

/* @asked: messages that wait to be sent, one bit each, set and cleared atomically. */
struct sim_irq {
	struct delayed_work work;
	unsigned long asked;
};

/* Flags are set without a lock: a fault may strike at any time. */
struct sim_faults {
	bool all_ones;
	bool reset_stuck;
	bool hung;
	bool unplugged;
	bool fw_not_ready;
	bool lost_irq;
	u32 bad_memory;		/* the MiB of VRAM that keeps what it has, 0 is none */
	struct mutex plug_lock;	/* serialises unplugging and plugging */
};

struct sim_board {
	struct list_head node;		/* in sim.boards, protected by sim.lock */
	struct sim_desc desc;		/* complete: no zero stands for a default */
	const struct sim_model *model;
	char name[SIM_NAME_LEN];
	struct pci_sysdata sysdata;	/* how the config accessors find us */
	struct resource busn;
	struct pci_bus *bus;
	struct hotplug_slot slot;
	bool has_slot;
	struct sim_iommu *iommu;
	struct iommu_group *group;
	char bus_name[sizeof("PCI Bus 0000:00")];
	struct sim_window window[SIM_WINDOWS];
	struct resource vram;
	void __iomem *bar0;
	void __iomem *pramin;		/* the start of VRAM */
	u64 pramin_reach;
	raw_spinlock_t lock;		/* protects configuration space and registers */
	struct sim_intr intr;
	ktime_t fw_ready;		/* when firmware will have booted */
	struct sim_irq irq;
	struct sim_faults faults;
	struct dentry *debugfs;
	struct sim_function *function[SIM_PARTS];
};

struct sim_store {
	struct pci_dev *pdev;
	struct resource *res;
};

struct sim_iommu {
	struct iommu_device device;
	struct iommu_ops ops;
	struct iommu_domain identity;
	struct iommu_domain blocked;
	struct mutex lock;		/* protects domains and next_id */
	struct list_head domains;
	unsigned int next_id;
};

struct sim {
	struct mutex lock;		/* boards come and go, descriptions change */
	struct list_head boards;
	struct sim_store store;
	struct sim_iommu *iommu;
	struct dentry *debugfs;
	struct configfs_subsystem configfs;
};

/* sim_store.c */
int sim_store_open(struct sim_store *store);
void sim_store_close(struct sim_store *store);
int sim_store_add(struct sim_store *store, struct sim_board *board);
void sim_store_remove(struct sim_board *board);
int sim_store_fill(struct sim_board *board, u64 offset, u64 length, u32 value);
int sim_store_compare(struct sim_board *board, u64 offset, u64 length, u32 stride, u32 value);

/* sim_caps.c */
void sim_caps_build(struct sim_function *fn);

/* sim_config.c */
void sim_config_put_byte(struct sim_function *fn, unsigned int where, u8 value);
void sim_config_put_word(struct sim_function *fn, unsigned int where, u16 value, u16 writable);
void sim_config_put_long(struct sim_function *fn, unsigned int where, u32 value, u32 writable);
void sim_config_reset(struct sim_function *fn);
void sim_config_preset_bars(struct sim_function *fn);
u32 sim_config_read(const struct sim_function *fn, unsigned int where, unsigned int size);
bool sim_config_write(struct sim_function *fn, unsigned int where, unsigned int size, u32 value);
bool sim_config_has_address(const struct sim_function *fn);
bool sim_config_answers(const struct sim_function *fn);

/* sim_irq.c */
void sim_irq_init(struct sim_board *board);
void sim_irq_fini(struct sim_board *board);
void sim_irq_reset(struct sim_board *board);
void sim_irq_fire(struct sim_board *board, unsigned int entry);

/* sim_intr.c */
extern const struct sim_reg sim_intr_tree_regs[];
extern const struct sim_reg sim_intr_line_regs[];
void sim_intr_reset(struct sim_board *board);

/* sim_chip.c */
bool sim_chip_can_tell(const struct sim_model *model, u32 vram_mib);
void sim_chip_reset(struct sim_board *board);

/* sim_regs.c */
u32 sim_regs_read(struct sim_board *board, u32 offset);
void sim_regs_write(struct sim_board *board, u32 offset, u32 value);
void sim_regs_reset(struct sim_board *board);
bool sim_regs_bar1_virtual(struct sim_board *board);
void sim_regs_set_bar1_virtual(struct sim_board *board, bool on);

/* sim_iommu.c */
struct sim_iommu *sim_iommu_add(struct dentry *debugfs);
void sim_iommu_remove(struct sim_iommu *iommu);

/* sim_slot.c */
int sim_slot_add(struct sim_board *board);
void sim_slot_remove(struct sim_board *board);

/* sim_pci.c */
struct sim_board *sim_pci_board(struct pci_dev *pdev);
int sim_pci_add(struct sim_board *board);
void sim_pci_remove(struct sim_board *board);
void sim_pci_unplug(struct sim_board *board);
int sim_pci_plug(struct sim_board *board);
void sim_pci_reset(struct sim_board *board);
void sim_pci_power_on(struct sim_board *board);

/* sim_aer.c */
int sim_aer_strike(struct sim_board *board, unsigned int severity);

/* sim_fault.c */
bool sim_fault_silent(const struct sim_board *board);
void sim_fault_add(struct sim_board *board, struct dentry *dir);

/* sim_debugfs.c */
void sim_debugfs_add(struct sim_board *board, struct dentry *parent);
void sim_debugfs_remove(struct sim_board *board);

/* sim_board.c */
const struct sim_model *sim_board_model(const char *name);
struct sim_board *sim_board_add(struct sim *sim, const struct sim_desc *desc, const char *who);
void sim_board_remove(struct sim_board *board);

/* sim_configfs.c */
int sim_configfs_add(struct sim *sim);
void sim_configfs_remove(struct sim *sim);

#endif
