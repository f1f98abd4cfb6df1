// SPDX-License-Identifier: GPL-2.0-only
#include <linux/pci_regs.h>
#include <string.h>

#include <libnvmux_test/portrait.h>

#define SPACE VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)

#define CAP_MSIX 0xc8
#define LEAF_EN_SET(i) (0x1200 + 4 * (i))
#define TOP_EN_SET 0x1608
#define LEAF_TRIGGER 0x1640
#define ARGUMENT(i) (0x2120 + 4 * (i))
#define DOORBELL 0x2200
#define MSIX_TABLE 0x10000
#define MSIX_PBA 0x20000

uint64_t portrait_place(unsigned int nth)
{
	static const uint64_t places[PORTRAIT_PLACES] = {
		0, 2 * MIB - 4, 2 * MIB, 1024 * MIB, 4096 * MIB - 4,
	};

	return places[nth];
}

static void set(struct vfio_dev *dev, uint32_t at, uint32_t value)
{
	vfio_write32(dev, BAR0, at, value);
}

void portrait_paint(struct vfio_dev *dev)
{
	uint16_t msix = PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL;
	uint32_t i;

	vfio_enable(dev);
	vfio_write(dev, SPACE, CAP_MSIX + PCI_MSIX_FLAGS, &msix, 2);
	vfio_write32(dev, SPACE, PCI_BASE_ADDRESS_0, 0xc0000000);
	for (i = 0; i < 8; i++) {
		set(dev, LEAF_EN_SET(i), 0x11111111U << i % 4);
		set(dev, LEAF_TRIGGER, 32 * i + 5);
		set(dev, ARGUMENT(i), 0xa1b2c3d0 + i);
	}
	for (i = 0; i < 24; i++)
		set(dev, MSIX_TABLE + 4 * i, 0x10101010 * (i % 4 + 1));
	set(dev, TOP_EN_SET, 6);
	set(dev, DOORBELL, 1);
	set(dev, DOORBELL, 99);
	for (i = 0; i < PORTRAIT_PLACES; i++)
		vfio_write32(dev, BAR1, portrait_place(i), 0x5ec2e700 + i);
}

void portrait_take(struct vfio_dev *dev, struct portrait *portrait)
{
	unsigned int i;

	memset(portrait, 0, sizeof(*portrait));
	vfio_read(dev, SPACE, 0, portrait->config, sizeof(portrait->config));
	vfio_read(dev, BAR0, 0, portrait->low, sizeof(portrait->low));
	vfio_read(dev, BAR0, MSIX_TABLE, portrait->msix, sizeof(portrait->msix));
	portrait->pba = vfio_read32(dev, BAR0, MSIX_PBA);
	for (i = 0; i < PORTRAIT_PLACES; i++)
		portrait->memory[i] = vfio_read32(dev, BAR1, portrait_place(i));
}
