// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU above the boards.
 *
 * It keeps what VFIO maps and checks that mappings neither overlap nor vanish, but no access goes
 * through it: simulated boards do no DMA of their own. A mapping is a range in a maple tree whose
 * value is the distance from IOVA to physical address, so ranges split and merge by themselves.
 *
 * Groups are made with the boards (see sim_board.c); here a device only joins the one of its board.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/maple_tree.h>
#include <linux/minmax.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "sim.h"
#include "sim_compat.h"

/* Where x86 expects messages: nothing may be mapped there. */
#define MSI_BASE	0xfee00000
#define MSI_LENGTH	SZ_1M

#define IOVA_BITS	48

struct sim_domain {
	struct iommu_domain domain;
	struct sim_iommu *iommu;
	struct list_head node;		/* in sim_iommu.domains */
	unsigned int id;
	struct maple_tree map;
	atomic64_t mapped;		/* bytes */
};

static struct sim_domain *to_sim_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct sim_domain, domain);
}

static struct sim_board *board_of(struct device *dev)
{
	return dev_is_pci(dev) ? sim_pci_board(to_pci_dev(dev)) : NULL;
}

static struct sim_iommu *iommu_of(struct device *dev)
{
	return container_of(dev->iommu->iommu_dev, struct sim_iommu, device);
}

static int domain_attach(SIM_ATTACH_ARGS)
{
	return 0;
}

/* The value says how far the physical address is from the IOVA, modulo 2^64. */
static void *distance_entry(unsigned long iova, phys_addr_t paddr)
{
	return xa_mk_value((u64)(paddr - iova) >> PAGE_SHIFT);
}

static int domain_map_pages(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
			    size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	struct sim_domain *sd = to_sim_domain(domain);
	size_t size = pgsize * pgcount;
	int err;

	err = mtree_insert_range(&sd->map, iova, iova + size - 1, distance_entry(iova, paddr), gfp);
	if (err)
		return err;
	atomic64_add(size, &sd->mapped);
	*mapped += size;
	return 0;
}

/* Bytes that are mapped from @first on without a hole, up to @last. */
static size_t mapped_span(struct maple_tree *map, unsigned long first, unsigned long last)
{
	MA_STATE(mas, map, first, first);
	unsigned long next = first;
	void *entry;

	rcu_read_lock();
	mas_for_each(&mas, entry, last) {
		if (mas.index > next)
			break;
		next = min(mas.last, last) + 1;
	}
	rcu_read_unlock();
	return next - first;
}

/* Callers have no way to handle a failure, so taking a piece out of a range must not fail. */
static size_t domain_unmap_pages(struct iommu_domain *domain, unsigned long iova, size_t pgsize,
				 size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct sim_domain *sd = to_sim_domain(domain);
	size_t size = mapped_span(&sd->map, iova, iova + pgsize * pgcount - 1);

	if (!size)
		return 0;
	if (mtree_store_range(&sd->map, iova, iova + size - 1, NULL, GFP_KERNEL | __GFP_NOFAIL))
		return 0;
	atomic64_sub(size, &sd->mapped);
	return size;
}

static phys_addr_t domain_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	void *entry = mtree_load(&to_sim_domain(domain)->map, iova);

	return entry ? iova + ((u64)xa_to_value(entry) << PAGE_SHIFT) : 0;
}

static bool domain_enforce_coherency(struct iommu_domain *domain)
{
	return true;
}

static void domain_free(struct iommu_domain *domain)
{
	struct sim_domain *sd = to_sim_domain(domain);

	mutex_lock(&sd->iommu->lock);
	list_del(&sd->node);
	mutex_unlock(&sd->iommu->lock);
	mtree_destroy(&sd->map);
	kfree(sd);
}

static const struct iommu_domain_ops domain_ops = {
	.attach_dev = domain_attach,
	.map_pages = domain_map_pages,
	.unmap_pages = domain_unmap_pages,
	.iova_to_phys = domain_iova_to_phys,
	.enforce_cache_coherency = domain_enforce_coherency,
	.free = domain_free,
};

/* Identity and blocked domains hold no mappings. */
static const struct iommu_domain_ops static_domain_ops = {
	.attach_dev = domain_attach,
};

static struct iommu_domain *domain_alloc_paging(struct device *dev)
{
	struct sim_domain *sd = kzalloc(sizeof(*sd), GFP_KERNEL);

	if (!sd)
		return NULL;
	sd->iommu = iommu_of(dev);
	sd->domain.pgsize_bitmap = SZ_4K | SZ_2M | SZ_1G;
	sd->domain.geometry.aperture_end = BIT_ULL(IOVA_BITS) - 1;
	sd->domain.geometry.force_aperture = true;
	mt_init_flags(&sd->map, MT_FLAGS_USE_RCU);
	mutex_lock(&sd->iommu->lock);
	sd->id = sd->iommu->next_id++;
	list_add_tail(&sd->node, &sd->iommu->domains);
	mutex_unlock(&sd->iommu->lock);
	return &sd->domain;
}

static bool is_capable(struct device *dev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_CACHE_COHERENCY || cap == IOMMU_CAP_ENFORCE_CACHE_COHERENCY;
}

/* All other devices of the machine come here as well. */
static struct iommu_device *probe_device(struct device *dev)
{
	struct sim_board *board = board_of(dev);

	return board ? &board->iommu->device : ERR_PTR(-ENODEV);
}

static struct iommu_group *device_group(struct device *dev)
{
	return iommu_group_ref_get(board_of(dev)->group);
}

static void get_resv_regions(struct device *dev, struct list_head *regions)
{
	struct iommu_resv_region *region;

	region = iommu_alloc_resv_region(MSI_BASE, MSI_LENGTH, 0, IOMMU_RESV_MSI, GFP_KERNEL);
	if (region)
		list_add_tail(&region->list, regions);
}

/* Nothing is between a board and memory until VFIO wants it. */
static int def_domain_type(struct device *dev)
{
	return IOMMU_DOMAIN_IDENTITY;
}

/*
 * The IOMMU core takes a reference to the owner of the ops for each device, so a module could not
 * go as long as its own devices exist. Without owner the ops must not be module memory.
 */
static void init_ops(struct sim_iommu *iommu)
{
	iommu->identity.type = IOMMU_DOMAIN_IDENTITY;
	iommu->identity.ops = &static_domain_ops;
	iommu->blocked.type = IOMMU_DOMAIN_BLOCKED;
	iommu->blocked.ops = &static_domain_ops;
	iommu->ops = (struct iommu_ops) {
		.capable = is_capable,
		.domain_alloc_paging = domain_alloc_paging,
		.probe_device = probe_device,
		.device_group = device_group,
		.get_resv_regions = get_resv_regions,
		.def_domain_type = def_domain_type,
		.default_domain_ops = &domain_ops,
		.identity_domain = &iommu->identity,
		.blocked_domain = &iommu->blocked,
	};
}

/* debugfs "iommu": a line per domain, so that tests see what was left mapped. */
static int iommu_show(struct seq_file *seq, void *unused)
{
	struct sim_iommu *iommu = seq->private;
	struct sim_domain *sd;

	mutex_lock(&iommu->lock);
	list_for_each_entry(sd, &iommu->domains, node)
		seq_printf(seq, "domain %u mapped %lld\n", sd->id, atomic64_read(&sd->mapped));
	mutex_unlock(&iommu->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(iommu);

static int register_iommu(struct sim_iommu *iommu)
{
	int err;

	err = iommu_device_sysfs_add(&iommu->device, NULL, NULL, "nvmux-sim");
	if (err)
		return err;
	err = iommu_device_register(&iommu->device, &iommu->ops, NULL);
	if (err)
		iommu_device_sysfs_remove(&iommu->device);
	return err;
}

/**
 * sim_iommu_add() - register the IOMMU
 * @debugfs: directory for its file
 *
 * Must be there before the first board.
 *
 * Return: the IOMMU, -ENOMEM or what the IOMMU core says.
 */
struct sim_iommu *sim_iommu_add(struct dentry *debugfs)
{
	struct sim_iommu *iommu = kzalloc(sizeof(*iommu), GFP_KERNEL);
	int err;

	if (!iommu)
		return ERR_PTR(-ENOMEM);
	mutex_init(&iommu->lock);
	INIT_LIST_HEAD(&iommu->domains);
	init_ops(iommu);
	err = register_iommu(iommu);
	if (err) {
		kfree(iommu);
		return ERR_PTR(err);
	}
	debugfs_create_file("iommu", 0400, debugfs, iommu, &iommu_fops);
	return iommu;
}

/**
 * sim_iommu_remove() - unregister the IOMMU
 * @iommu: IOMMU without devices; its debugfs file is gone
 */
void sim_iommu_remove(struct sim_iommu *iommu)
{
	iommu_device_unregister(&iommu->device);
	iommu_device_sysfs_remove(&iommu->device);
	WARN_ON(!list_empty(&iommu->domains));
	kfree(iommu);
}
