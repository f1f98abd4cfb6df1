// SPDX-License-Identifier: GPL-2.0-only
/*
 * One writer per system. They read the standard files of mdev and vfio-pci,
 * so all that they have to be told is which devices they may use. A GPU in
 * host mode is offered to nobody.
 */
#include <string.h>
#include <unistd.h>

#include "cli/export.h"

struct offer {
	const struct world *world;
	const struct records *types;
	FILE *f;
};

static const struct gpu *gpu_at(const struct offer *o, size_t i)
{
	return records_get(&gpu_noun, &o->world->gpus, i);
}

static const struct vgpu *vgpu_at(const struct offer *o, size_t i)
{
	return records_get(&vgpu_noun, &o->world->vgpus, i);
}

static const struct vgpu_type *type_at(const struct offer *o, size_t i)
{
	return records_get(&type_noun, o->types, i);
}

static bool is(const char *text, const char *word)
{
	return text && !strcmp(text, word);
}

static bool is_in(const struct gpu *gpu, const char *mode)
{
	return gpu->address && is(gpu->active_mode, mode);
}

static const struct vgpu_type *find_type(const struct offer *o, const char *gpu, const char *name)
{
	for (size_t i = 0; i < o->types->n; i++)
		if (is(type_at(o, i)->gpu, gpu) && is(type_at(o, i)->name, name))
			return type_at(o, i);
	return NULL;
}

/* The type of the first vGPU of a GPU: those who know one type per GPU take this. */
static const struct vgpu_type *type_of(const struct offer *o, const struct gpu *gpu)
{
	for (size_t i = 0; i < o->world->vgpus.n; i++)
		if (is(vgpu_at(o, i)->gpu, gpu->address) && vgpu_at(o, i)->type)
			return find_type(o, gpu->address, vgpu_at(o, i)->type);
	return NULL;
}

/* Has an earlier GPU the same type in use? Then it has been written with that one. */
static bool type_seen(const struct offer *o, size_t at, const char *name)
{
	for (size_t i = 0; i < at; i++) {
		const struct vgpu_type *t = is_in(gpu_at(o, i), "vgpu") ? type_of(o, gpu_at(o, i)) :
									  NULL;

		if (t && is(t->name, name))
			return true;
	}
	return false;
}

static bool device_seen(const struct offer *o, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_in(gpu_at(o, i), "passthrough") &&
		    gpu_at(o, i)->device_id == gpu_at(o, at)->device_id)
			return true;
	return false;
}

/* Nova: nova.conf of the compute node. One type per GPU. */

static void nova_types(const struct offer *o)
{
	const char *comma = "";

	fputs("[devices]\nenabled_mdev_types = ", o->f);
	for (size_t i = 0; i < o->world->gpus.n; i++) {
		const struct vgpu_type *t = is_in(gpu_at(o, i), "vgpu") ? type_of(o, gpu_at(o, i)) :
									  NULL;

		if (!t || type_seen(o, i, t->name))
			continue;
		fprintf(o->f, "%s%s", comma, t->mdev_type);
		comma = ", ";
	}
	fputc('\n', o->f);
}

static void nova_addresses(const struct offer *o, size_t first)
{
	const struct vgpu_type *t = type_of(o, gpu_at(o, first));
	const char *comma = "";

	fprintf(o->f, "\n[mdev_%s]\ndevice_addresses = ", t->mdev_type);
	for (size_t i = first; i < o->world->gpus.n; i++) {
		const struct gpu *gpu = gpu_at(o, i);
		const struct vgpu_type *other = is_in(gpu, "vgpu") ? type_of(o, gpu) : NULL;

		if (!other || !is(other->name, t->name))
			continue;
		fprintf(o->f, "%s%s", comma, gpu->address);
		comma = ",";
	}
	fputc('\n', o->f);
}

static void nova_pci(const struct offer *o)
{
	bool head = false;

	for (size_t i = 0; i < o->world->gpus.n; i++) {
		const struct gpu *gpu = gpu_at(o, i);

		if (!is_in(gpu, "passthrough"))
			continue;
		if (!head)
			fputs("\n[pci]\n", o->f);
		head = true;
		fprintf(o->f, "device_spec = { \"address\": \"%s\", \"managed\": \"no\" }\n",
			gpu->address);
		if (!device_seen(o, i))
			fprintf(o->f, "alias = { \"vendor_id\": \"10de\", \"product_id\": \"%04x\", "
				"\"device_type\": \"type-PCI\", \"name\": \"nvidia-%04x\" }\n",
				gpu->device_id, gpu->device_id);
	}
}

static void export_nova(const struct offer *o)
{
	fputs("# nova.conf of this compute node, written by nvmux export\n", o->f);
	nova_types(o);
	for (size_t i = 0; i < o->world->gpus.n; i++) {
		const struct gpu *gpu = gpu_at(o, i);
		const struct vgpu_type *t = is_in(gpu, "vgpu") ? type_of(o, gpu) : NULL;

		if (is_in(gpu, "vgpu") && !t)
			fprintf(o->f, "# gpu %s holds no vgpu: create one of the type that it "
				"shall have\n", gpu->address);
		if (t && !type_seen(o, i, t->name))
			nova_addresses(o, i);
	}
	nova_pci(o);
}

/* KubeVirt: a part of its custom resource. */

/* Names of resources know no blanks. */
static void put_resource(const char *name, FILE *f)
{
	for (; *name; name++)
		fputc(*name == ' ' ? '_' : *name, f);
}

static void kubevirt_mdevs(const struct offer *o)
{
	fputs("      mediatedDevices:\n", o->f);
	for (size_t i = 0; i < o->world->gpus.n; i++) {
		const struct vgpu_type *t = is_in(gpu_at(o, i), "vgpu") ? type_of(o, gpu_at(o, i)) :
									  NULL;

		if (!t || type_seen(o, i, t->name))
			continue;
		fprintf(o->f, "      - mdevNameSelector: \"%s\"\n        resourceName: \"nvidia.com/",
			t->label ? t->label : t->name);
		put_resource(t->name, o->f);
		fputs("\"\n", o->f);
	}
}

static void kubevirt_pcis(const struct offer *o)
{
	fputs("      pciHostDevices:\n", o->f);
	for (size_t i = 0; i < o->world->gpus.n; i++) {
		const struct gpu *gpu = gpu_at(o, i);

		if (!is_in(gpu, "passthrough") || device_seen(o, i))
			continue;
		fprintf(o->f, "      - pciVendorSelector: \"10DE:%04X\"\n"
			"        resourceName: \"nvidia.com/gpu-%04x\"\n", gpu->device_id,
			gpu->device_id);
	}
}

static void export_kubevirt(const struct offer *o)
{
	fputs("# Part of the KubeVirt resource, written by nvmux export. The gate keeps KubeVirt from\n"
	      "# deleting the vGPUs that nvmux has made.\n"
	      "spec:\n  configuration:\n    developerConfiguration:\n      featureGates:\n"
	      "      - HostDevices\n      - DisableMDEVConfiguration\n"
	      "    permittedHostDevices:\n", o->f);
	kubevirt_mdevs(o);
	kubevirt_pcis(o);
}

/* Proxmox: /etc/pve/mapping/pci.cfg. */

static void proxmox_map(const struct offer *o, const struct gpu *gpu, const char *node)
{
	fprintf(o->f, "\tmap id=10de:%04x", gpu->device_id);
	if (gpu->iommu_group >= 0)
		fprintf(o->f, ",iommugroup=%d", gpu->iommu_group);
	fprintf(o->f, ",node=%s,path=%s", node, gpu->address);
	if (gpu->subsystem_id)
		fprintf(o->f, ",subsystem-id=%04x:%04x", gpu->subsystem_vendor_id,
			gpu->subsystem_id);
	fputc('\n', o->f);
}

static void proxmox_mapping(const struct offer *o, const char *mode, const char *name,
			    const char *node)
{
	bool head = false;

	for (size_t i = 0; i < o->world->gpus.n; i++) {
		if (!is_in(gpu_at(o, i), mode))
			continue;
		if (!head)
			fprintf(o->f, "%s\n\tdescription written by nvmux export\n", name);
		head = true;
		proxmox_map(o, gpu_at(o, i), node);
	}
	if (head && !strcmp(mode, "vgpu"))
		fputs("\tmdev 1\n", o->f);
	if (head)
		fputc('\n', o->f);
}

static void export_proxmox(const struct offer *o)
{
	char node[256] = "localhost";

	(void)gethostname(node, sizeof(node) - 1);
	node[strcspn(node, ".")] = '\0';
	proxmox_mapping(o, "passthrough", "nvmux-passthrough", node);
	proxmox_mapping(o, "vgpu", "nvmux-vgpu", node);
}

/* libvirt: an element per device, to be put into a domain. */

static void libvirt_gpu(const struct gpu *gpu, FILE *f)
{
	unsigned int domain, bus, slot, function;

	if (sscanf(gpu->address, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4)
		return;
	fprintf(f, "  <!-- gpu %s%s%s -->\n"
		"  <hostdev mode='subsystem' type='pci' managed='no'>\n    <source>\n"
		"      <address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>\n"
		"    </source>\n  </hostdev>\n", gpu->address, gpu->board ? ", " : "",
		gpu->board ? gpu->board : "", domain, bus, slot, function);
}

static void export_libvirt(const struct offer *o)
{
	fputs("<devices>\n", o->f);
	for (size_t i = 0; i < o->world->gpus.n; i++)
		if (is_in(gpu_at(o, i), "passthrough"))
			libvirt_gpu(gpu_at(o, i), o->f);
	for (size_t i = 0; i < o->world->vgpus.n; i++)
		if (vgpu_at(o, i)->uuid)
			fprintf(o->f, "  <!-- %s on gpu %s -->\n"
				"  <hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n"
				"    <source>\n      <address uuid='%s'/>\n    </source>\n"
				"  </hostdev>\n", vgpu_at(o, i)->type, vgpu_at(o, i)->gpu,
				vgpu_at(o, i)->uuid);
	fputs("</devices>\n", o->f);
}

static const struct {
	const char *whom;
	void (*write)(const struct offer *o);
} writers[] = {
	{ "nova", export_nova },
	{ "kubevirt", export_kubevirt },
	{ "proxmox", export_proxmox },
	{ "libvirt", export_libvirt },
};

bool export_knows(const char *whom)
{
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++)
		if (!strcmp(writers[i].whom, whom))
			return true;
	return false;
}

void export_for(const char *whom, const struct world *w, const struct records *types, FILE *f)
{
	const struct offer o = { .world = w, .types = types, .f = f };

	for (size_t i = 0; i < ARRAY_SIZE(writers); i++)
		if (!strcmp(writers[i].whom, whom))
			writers[i].write(&o);
}
