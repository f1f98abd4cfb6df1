// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config space of a vGPU: a PCIe endpoint with power management, MSI-X and function level reset,
 * without INTx, ROM or I/O. Capability offsets are those of the physical function, Volta to Ada
 * (GD gv100/tu104/ga100 dev_nv_xve3g_fn0.ref.txt). What is not set here reads 0 and drops writes.
 *
 * What the guest writes takes effect in config_apply(): whether BARs answer and messages go out.
 */
#include <linux/pci.h>
#include <linux/unaligned.h>

#include "../core/gpu.h"
#include "../core/refusal.h"
#include "../core/type.h"
#include "../core/vgpu.h"
#include "vfio.h"
#include "vfio_bar1.h"
#include "vfio_config.h"
#include "vfio_msix.h"

#define CAP_PM 0x60
#define CAP_EXP 0x78
#define CAP_MSIX 0xc8

/* Link as the boards have it: 16 GT/s, 16 lanes. */
#define LINK (PCI_EXP_LNKCAP_SLS_16_0GB | 16 << 4)
#define SPEEDS (PCI_EXP_LNKCAP2_SLS_2_5GB | PCI_EXP_LNKCAP2_SLS_5_0GB | \
		PCI_EXP_LNKCAP2_SLS_8_0GB | PCI_EXP_LNKCAP2_SLS_16_0GB)

/*
 * Bits that the specification wants writable although nothing depends on them here: there are no
 * errors to report, no DMA to order or split, and the link is the host's business.
 */
#define COMMAND_IDLE (PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE)
#define DEVCTL_IDLE (PCI_EXP_DEVCTL_CERE | PCI_EXP_DEVCTL_NFERE | PCI_EXP_DEVCTL_FERE | \
		     PCI_EXP_DEVCTL_URRE | PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_PAYLOAD | \
		     PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ)
#define LNKCTL_IDLE (PCI_EXP_LNKCTL_ASPMC | PCI_EXP_LNKCTL_RCB | PCI_EXP_LNKCTL_CCC | \
		     PCI_EXP_LNKCTL_ES)

static void set8(struct nvmux_vdev *vdev, u32 at, u8 value, u8 writable)
{
	vdev->config[at] = value;
	vdev->writable[at] = writable;
}

static void set16(struct nvmux_vdev *vdev, u32 at, u16 value, u16 writable)
{
	put_unaligned_le16(value, vdev->config + at);
	put_unaligned_le16(writable, vdev->writable + at);
}

static void set32(struct nvmux_vdev *vdev, u32 at, u32 value, u32 writable)
{
	put_unaligned_le32(value, vdev->config + at);
	put_unaligned_le32(writable, vdev->writable + at);
}

static void header_reset(struct nvmux_vdev *vdev)
{
	const struct nvmux_type *type = vdev->vgpu->resident.type;
	u64 bar1_mask = ~(nvmux_type_bar1_size(type) - 1);

	set16(vdev, PCI_VENDOR_ID, PCI_VENDOR_ID_NVIDIA, 0);
	set16(vdev, PCI_DEVICE_ID, vdev->vgpu->gpu->board->family->device, 0);
	set16(vdev, PCI_COMMAND, 0,
	      PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | COMMAND_IDLE);
	set16(vdev, PCI_STATUS, PCI_STATUS_CAP_LIST, 0);
	set8(vdev, PCI_REVISION_ID, vdev->vgpu->gpu->ident.revision, 0);
	set16(vdev, PCI_CLASS_DEVICE, PCI_CLASS_DISPLAY_3D, 0);
	set8(vdev, PCI_CACHE_LINE_SIZE, 0, 0xff);

	set32(vdev, PCI_BASE_ADDRESS_0, 0, ~(NVMUX_BAR0_SIZE - 1));
	set32(vdev, PCI_BASE_ADDRESS_1,
	      PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH,
	      lower_32_bits(bar1_mask));
	set32(vdev, PCI_BASE_ADDRESS_2, 0, upper_32_bits(bar1_mask));

	set16(vdev, PCI_SUBSYSTEM_VENDOR_ID, PCI_VENDOR_ID_NVIDIA, 0);
	set16(vdev, PCI_SUBSYSTEM_ID, type->subsystem, 0);
	set8(vdev, PCI_CAPABILITY_LIST, CAP_PM, 0);
	set8(vdev, PCI_INTERRUPT_LINE, 0, 0xff);
}

/* No soft reset: D3hot to D0 keeps the state, as on the boards (GD ga100 dev_nv_xve3g_fn0:364). */
static void pm_reset(struct nvmux_vdev *vdev)
{
	set16(vdev, CAP_PM, PCI_CAP_ID_PM | CAP_EXP << 8, 0);
	set16(vdev, CAP_PM + PCI_PM_PMC, 3, 0);
	set16(vdev, CAP_PM + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET, PCI_PM_CTRL_STATE_MASK);
}

static void exp_reset(struct nvmux_vdev *vdev)
{
	set16(vdev, CAP_EXP, PCI_CAP_ID_EXP | CAP_MSIX << 8, 0);
	set16(vdev, CAP_EXP + PCI_EXP_FLAGS, 2 | PCI_EXP_TYPE_ENDPOINT << 4, 0);
	set32(vdev, CAP_EXP + PCI_EXP_DEVCAP, PCI_EXP_DEVCAP_FLR | PCI_EXP_DEVCAP_RBER | 1, 0);
	set16(vdev, CAP_EXP + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_RELAX_EN |
	      PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ_512B, DEVCTL_IDLE);
	set32(vdev, CAP_EXP + PCI_EXP_LNKCAP, LINK, 0);
	set16(vdev, CAP_EXP + PCI_EXP_LNKCTL, 0, LNKCTL_IDLE);
	set16(vdev, CAP_EXP + PCI_EXP_LNKSTA, LINK, 0);
	set32(vdev, CAP_EXP + PCI_EXP_LNKCAP2, SPEEDS, 0);
	set16(vdev, CAP_EXP + PCI_EXP_LNKCTL2, PCI_EXP_LNKCTL2_TLS_16_0GT, PCI_EXP_LNKCTL2_TLS);
}

static void msix_reset(struct nvmux_vdev *vdev)
{
	set16(vdev, CAP_MSIX, PCI_CAP_ID_MSIX, 0);
	set16(vdev, CAP_MSIX + PCI_MSIX_FLAGS, NVMUX_MSIX_VECTORS - 1,
	      PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	set32(vdev, CAP_MSIX + PCI_MSIX_TABLE, NVMUX_MSIX_TABLE, 0);
	set32(vdev, CAP_MSIX + PCI_MSIX_PBA, NVMUX_MSIX_PBA, 0);
}

static u16 get16(struct nvmux_vdev *vdev, u32 at)
{
	return get_unaligned_le16(vdev->config + at);
}

static pci_power_t power_state(struct nvmux_vdev *vdev)
{
	return (__force pci_power_t)(vdev->config[CAP_PM + PCI_PM_CTRL] & PCI_PM_CTRL_STATE_MASK);
}

static bool decodes_memory(struct nvmux_vdev *vdev)
{
	return get16(vdev, PCI_COMMAND) & PCI_COMMAND_MEMORY && power_state(vdev) == PCI_D0;
}

static bool sends_messages(struct nvmux_vdev *vdev)
{
	u16 msix = get16(vdev, CAP_MSIX + PCI_MSIX_FLAGS);

	return msix & PCI_MSIX_FLAGS_ENABLE && !(msix & PCI_MSIX_FLAGS_MASKALL) &&
	       get16(vdev, PCI_COMMAND) & PCI_COMMAND_MASTER && power_state(vdev) == PCI_D0;
}

static void config_apply(struct nvmux_vdev *vdev)
{
	nvmux_vfio_bar1_gate(vdev, decodes_memory(vdev));
	nvmux_vfio_msix_gate(vdev, sends_messages(vdev));
}

/**
 * nvmux_vfio_config_reset() - config space as after power-on
 * @vdev: the device, its lock is held
 *
 * Context: may sleep.
 */
void nvmux_vfio_config_reset(struct nvmux_vdev *vdev)
{
	lockdep_assert_held(&vdev->lock);
	memset(vdev->config, 0, sizeof(vdev->config));
	memset(vdev->writable, 0, sizeof(vdev->writable));
	header_reset(vdev);
	pm_reset(vdev);
	exp_reset(vdev);
	msix_reset(vdev);
	config_apply(vdev);
}

static void bytes_write(struct nvmux_vdev *vdev, u32 offset, const u8 *data, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		u8 writable = vdev->writable[offset + i];
		u8 *byte = &vdev->config[offset + i];

		*byte = (*byte & ~writable) | (data[i] & writable);
	}
}

/* To ask for a power state that the function has not changes nothing. */
static void power_keep(struct nvmux_vdev *vdev, pci_power_t before)
{
	u8 *ctrl = &vdev->config[CAP_PM + PCI_PM_CTRL];

	if (power_state(vdev) != PCI_D0 && power_state(vdev) != PCI_D3hot)
		*ctrl = (*ctrl & ~PCI_PM_CTRL_STATE_MASK) | (__force u8)before;
}

/* What no guest can write says which function it is. */
static bool config_is_ours(struct nvmux_vdev *vdev, const u8 *image, u32 *ret_at)
{
	u32 i;

	for (i = 0; i < NVMUX_CONFIG_SIZE; i++) {
		if ((image[i] ^ vdev->config[i]) & ~vdev->writable[i]) {
			*ret_at = i;
			return false;
		}
	}
	return true;
}

/**
 * nvmux_vfio_config_load() - config space as it was elsewhere
 * @vdev: the device, stopped; its lock is held
 * @image: all of it
 * @why: the reason of a refusal
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL it is that of another function, nothing is changed then.
 */
int nvmux_vfio_config_load(struct nvmux_vdev *vdev, const u8 *image, struct nvmux_refusal *why)
{
	u32 at;

	lockdep_assert_held(&vdev->lock);
	if (!config_is_ours(vdev, image, &at))
		return nvmux_refuse(why, -EINVAL,
				    "config space of the stream is another one at %#x", at);
	bytes_write(vdev, 0, image, NVMUX_CONFIG_SIZE);
	power_keep(vdev, PCI_D0);
	config_apply(vdev);
	return 0;
}

static bool flr_requested(u32 offset, const u8 *data, u32 len)
{
	u32 at = CAP_EXP + PCI_EXP_DEVCTL + 1;

	if (at < offset || at >= offset + len)
		return false;
	return data[at - offset] & (PCI_EXP_DEVCTL_BCR_FLR >> 8);
}

/**
 * nvmux_vfio_config_write() - the guest writes config space
 * @vdev: the device, its lock is held
 * @offset: first byte
 * @data: what it writes
 * @len: bytes, the access ends within config space
 *
 * Context: may sleep.
 *
 * Return: true when the write asks for a function level reset, which the caller then does.
 */
bool nvmux_vfio_config_write(struct nvmux_vdev *vdev, u32 offset, const u8 *data, u32 len)
{
	pci_power_t power = power_state(vdev);

	lockdep_assert_held(&vdev->lock);
	bytes_write(vdev, offset, data, len);
	power_keep(vdev, power);
	config_apply(vdev);
	return flr_requested(offset, data, len);
}
