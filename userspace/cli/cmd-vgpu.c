// SPDX-License-Identifier: GPL-2.0-only
/* nvmux vgpu: list, show, create, delete, xml. */
#include <string.h>
#include <strings.h>

#include "basic/strset.h"
#include "cli/define.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

int cmd_vgpu_list(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	if (a->seen & OPTION_DEFINED)
		return cmd_vgpu_list_defined(a);
	code = session_open(&s);
	return code ? code : output_list(&a->output, &vgpu_noun, &s.world.vgpus);
}

int cmd_vgpu_show(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	const struct vgpu *vgpu;
	int code;

	code = session_open_vgpu(&s, a->words[0], &vgpu);
	return code ? code : output_show(&a->output, &vgpu_noun, vgpu);
}

int order_parse(const struct args *a, const char *verb, struct order *ret)
{
	int most = a->type ? 1 : 2;

	if (a->n_words > most)
		return fail_usage("vgpu %s does not take the word %s besides --type", verb,
				  a->words[most]);
	if (a->n_words < most - 1)
		return fail_usage("vgpu %s needs TYPE", verb);
	ret->gpu = a->n_words == most ? a->words[0] : NULL;
	ret->type = a->type ? a->type : a->words[a->n_words - 1];
	if (ret->gpu && a->seen & OPTION_NUMA)
		return fail_usage("--numa is for vgpu %s without a GPU", verb);
	return ret->gpu ? check_gpu(ret->gpu) : CODE_OK;
}

/* The options that were given; the rest of the array is empty. */
struct create_option {
	const char *name;
	const char *type;
	uint32_t value;
};

static int create_options(const struct args *a, struct create_option options[static 2])
{
	int n = 0;

	if (a->seen & OPTION_PLACEMENT)
		options[n++] = (struct create_option){ "placement", "u", a->placement };
	if (a->seen & OPTION_NUMA)
		options[n++] = (struct create_option){ "numa_node", "i", a->numa };
	return n;
}

/* Of the dictionary's entries as many are sent as there are options. */
static int create_call(sd_bus *bus, const struct args *a, const char *gpu, const char *type,
		       sd_bus_message **reply)
{
	static const struct method method = {
		BUS_ROOT, BUS_MANAGER, "CreateVgpu", BUS_CHANGE_SECONDS
	};
	struct create_option o[2] = {};
	int n = create_options(a, o);

	return bus_call(bus, &method, reply, "sssa{sv}", gpu, type, a->uuid ? a->uuid : "", n,
			o[0].name, o[0].type, o[0].value, o[1].name, o[1].type, o[1].value);
}

static int vgpu_delete(sd_bus *bus, const char *uuid)
{
	const struct object object = { "vgpu", "org.nvmux1.VGPU", uuid, BUS_CHANGE_SECONDS };

	return bus_call_object(bus, &object, "Delete", NULL, "a{sv}", 0);
}

/* One that nobody can be told of does not stay. */
static int create_one(struct session *s, const struct args *a, const char *type,
		      struct strset *uuids)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const char *uuid;
	int code, r;

	code = create_call(s->bus, a, s->address, type, &reply);
	if (code)
		return code;
	r = sd_bus_message_read(reply, "s", &uuid);
	if (r < 0)
		return bus_fail(r, NULL);
	if (!strset_append(uuids, uuid))
		return CODE_OK;
	(void)vgpu_delete(s->bus, uuid);
	return fail_memory();
}

/* What has been made before one fails is deleted again. */
static int create_all(struct session *s, const struct args *a, const char *type,
		      struct strset *uuids)
{
	size_t n = a->seen & OPTION_COUNT ? a->count : 1;
	int code = CODE_OK;

	while (!code && uuids->n < n)
		code = create_one(s, a, type, uuids);
	for (size_t i = 0; code && i < uuids->n; i++)
		(void)vgpu_delete(s->bus, uuids->items[i]);
	return code;
}

static bool is_among(const void *row, const void *uuids)
{
	const struct vgpu *vgpu = row;

	return vgpu->uuid && strset_has(uuids, vgpu->uuid);
}

static int created_print(struct session *s, const struct output *o, const struct strset *uuids)
{
	int code = o->json ? world_get(s->bus, &s->world) : CODE_OK;

	if (code)
		return code;
	if (o->json) {
		records_keep(&vgpu_noun, &s->world.vgpus, is_among, uuids);
		return output_list(o, &vgpu_noun, &s->world.vgpus);
	}
	for (size_t i = 0; i < uuids->n; i++)
		fprintf(o->file, "%s\n", uuids->items[i]);
	return CODE_OK;
}

int cmd_vgpu_create(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	struct strset uuids = {};
	struct order order = {};
	int code;

	code = order_parse(a, "create", &order);
	if (!code && a->count > 1 && a->seen & (OPTION_UUID | OPTION_PLACEMENT))
		code = fail_usage("--uuid and --placement are for one vGPU, not for --count");
	if (code)
		return code;
	code = order.gpu ? session_open_address(&s, order.gpu) : bus_open(&s.bus);
	if (!code)
		code = create_all(&s, a, order.type, &uuids);
	if (!code)
		code = created_print(&s, &a->output, &uuids);
	strset_clear(&uuids);
	return code;
}

/* One that cannot be deleted does not keep the others. */
int cmd_vgpu_delete(const struct args *a)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	int code = CODE_OK, one;

	for (int i = 0; !code && i < a->n_words; i++)
		code = check_uuid(a->words[i]);
	if (!code)
		code = bus_open(&bus);
	if (code)
		return code;
	for (int i = 0; i < a->n_words; i++) {
		one = vgpu_delete(bus, a->words[i]);
		code = code ? code : one;
	}
	return code;
}

static int vgpu_print_xml(const struct output *o, const char *uuid)
{
	_cleanup_free_ char *xml = NULL;

	if (asprintf(&xml,
		     "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n"
		     "  <source>\n"
		     "    <address uuid='%s'/>\n"
		     "  </source>\n"
		     "</hostdev>\n", uuid) < 0) {
		xml = NULL;
		return fail_memory();
	}
	return output_text(o, "xml", xml);
}

/* It need not be started: a domain is written before it runs. */
static int defined_print_xml(struct session *s, const struct args *a)
{
	struct records all = {};
	int code = definitions_get(s->bus, &all);
	const struct definition *found = NULL, *d;

	for (size_t i = 0; !code && i < all.n; i++) {
		d = records_get(&definition_noun, &all, i);
		if (d->uuid && !strcasecmp(d->uuid, a->words[0]))
			found = d;
	}
	if (found)
		code = vgpu_print_xml(&a->output, found->uuid);
	else if (!code)
		code = fail(CODE_NOT_FOUND, "no vgpu %s", a->words[0]);
	records_clear(&definition_noun, &all);
	return code;
}

int cmd_vgpu_xml(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	const struct vgpu *vgpu;
	int code = check_uuid(a->words[0]);

	if (!code)
		code = session_open(&s);
	if (code)
		return code;
	vgpu = world_vgpu(&s.world, a->words[0]);
	if (!vgpu)
		return defined_print_xml(&s, a);
	if (vgpu->function && *vgpu->function)
		return print_pci_xml(&a->output, vgpu->function);
	return vgpu_print_xml(&a->output, vgpu->uuid);
}
