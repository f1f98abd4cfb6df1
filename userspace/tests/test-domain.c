// SPDX-License-Identifier: GPL-2.0-only
/* The domain XML reader: what it finds, and what it refuses to swallow. */
#include "basic/domain.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int n_cases, n_failed;

static void check(bool good, const char *name)
{
	n_cases++;
	if (!good)
		n_failed++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", n_cases, name);
}

#define HEAD "<domain type='kvm'><name>m1</name>"
#define UUID "<uuid>11111111-2222-3333-4444-555555555555</uuid>"
#define TAIL "</domain>"
#define DEVICES(x) HEAD UUID "<devices>" x "</devices>" TAIL
#define PCI(x) "<hostdev mode='subsystem' type='pci' managed='no'><source>" x "</source></hostdev>"
#define MDEV(x) "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source>" \
	"<address uuid='" x "'/></source></hostdev>"

static struct domain *parse(const char *xml)
{
	struct domain *d = NULL;

	return domain_parse(xml, strlen(xml), &d) ? NULL : d;
}

static int parse_error(const char *xml)
{
	struct domain *d = NULL;
	int err = domain_parse(xml, strlen(xml), &d);

	domain_free(d);
	return err;
}

static void test_identity(void)
{
	struct domain *d = parse(HEAD UUID TAIL);

	check(d && !strcmp(d->name, "m1") &&
	      !strcmp(d->uuid, "11111111-2222-3333-4444-555555555555"), "domain_named");
	check(d && !d->n_mdevs && !d->mdevs[0] && !d->n_pcis && !d->pcis[0],
	      "domain_without_devices_has_empty_lists");
	domain_free(d);
	d = parse(HEAD TAIL);
	check(d && !*d->uuid, "domain_without_uuid_has_empty_uuid");
	domain_free(d);
	d = parse("<domain><name>a &amp; b</name></domain>");
	check(d && !strcmp(d->name, "a & b"), "domain_name_with_character_reference");
	domain_free(d);
}

static void test_mdev(void)
{
	struct domain *d = parse(DEVICES(MDEV("C0FFEE00-0000-4000-8000-000000000001")
					 MDEV("c0ffee00000040008000000000000002")));

	check(d && d->n_mdevs == 2 &&
	      !strcmp(d->mdevs[0], "c0ffee00-0000-4000-8000-000000000001") &&
	      !strcmp(d->mdevs[1], "c0ffee00-0000-4000-8000-000000000002") &&
	      !d->mdevs[2] && !d->n_pcis, "mdev_uuids_are_canonical");
	domain_free(d);
}

static void test_pci(void)
{
	struct domain *d;

	d = parse(DEVICES(PCI("<address domain='0x0001' bus='0xe2' slot='0x00' function='0x0'/>")
			  PCI("<address bus='129' slot='31' function='7'/>")
			  "<interface type='hostdev'><mac address='52:54:00:00:00:01'/><source>"
			  "<address type='pci' domain='0x10000' bus='0x01' slot='0x10' "
			  "function='0x2'/></source></interface>"));
	check(d && d->n_pcis == 3 && !strcmp(d->pcis[0], "0001:e2:00.0"), "pci_hexadecimal");
	check(d && !strcmp(d->pcis[1], "0000:81:1f.7"), "pci_decimal_and_default_domain");
	check(d && !strcmp(d->pcis[2], "10000:01:10.2"), "pci_of_interface_and_long_domain");
	check(d && !d->n_mdevs && !d->pcis[3], "pci_list_is_terminated");
	domain_free(d);
}

static void test_ignored(void)
{
	struct domain *d;

	d = parse(DEVICES("<hostdev mode='subsystem' type='usb'><source><address bus='1' "
			  "device='2'/></source></hostdev>"
			  "<hostdev mode='capabilities' type='misc'><source><char>/dev/x</char>"
			  "</source></hostdev>"
			  "<interface type='network'><source network='default'/>"
			  "<address type='pci' bus='1' slot='0' function='0'/></interface>"
			  "<disk type='file'><address type='pci' bus='4' slot='0'/></disk>"));
	check(d && !d->n_pcis && !d->n_mdevs, "other_devices_are_ignored");
	domain_free(d);
	d = parse(DEVICES("<hostdev mode='subsystem' type='pci'><source><address bus='0x81'/>"
			  "</source><address type='pci' bus='0x05' slot='0x01'/></hostdev>"));
	check(d && d->n_pcis == 1 && !strcmp(d->pcis[0], "0000:81:00.0"),
	      "guest_address_is_not_taken_for_the_host_address");
	domain_free(d);
	d = parse(HEAD "<metadata><devices>" PCI("<address bus='0x81'/>")
		  "</devices></metadata>" TAIL);
	check(d && !d->n_pcis, "devices_in_metadata_are_ignored");
	domain_free(d);
}

#define METADATA(x) HEAD "<metadata><nvmux:vgpus xmlns:nvmux='urn:nvmux:domain:1'>" x \
	"</nvmux:vgpus></metadata>" TAIL

static void test_vgpus(void)
{
	struct domain *d;

	d = parse(METADATA("<nvmux:vgpu uuid='C0FFEE0000004000800000000000000A' type='A30-4C'/>"
			   "<nvmux:vgpu uuid='c0ffee00-0000-4000-8000-00000000000b' type='A30-8C' "
			   "gpu='0001:81:00.0'/><nvmux:tomorrow/><vgpu uuid='x'/>"));
	check(d && d->n_vgpus == 2 && !strcmp(d->vgpus[0].type, "A30-4C") && !d->vgpus[0].gpu &&
	      !strcmp(d->vgpus[0].uuid, "c0ffee00-0000-4000-8000-00000000000a"),
	      "vgpus_of_metadata");
	check(d && d->n_vgpus == 2 && d->vgpus[1].gpu && !strcmp(d->vgpus[1].gpu, "0001:81:00.0"),
	      "vgpu_of_metadata_with_gpu");
	domain_free(d);
	d = parse(HEAD "<metadata><vgpus><vgpu uuid='x'/></vgpus>"
		  "<a:vgpus xmlns:a='urn:other'><a:vgpu/></a:vgpus></metadata>" TAIL);
	check(d && !d->n_vgpus, "metadata_of_others_is_ignored");
	domain_free(d);
	check(parse_error(METADATA("<nvmux:vgpu uuid='x' type='A30-4C'/>")) == -EINVAL,
	      "vgpu_with_malformed_uuid_refused");
	check(parse_error(METADATA("<nvmux:vgpu gpu='0001:81:00.0' "
				   "uuid='c0ffee00-0000-4000-8000-00000000000b'/>")) == -EINVAL,
	      "vgpu_without_type_refused");
}

static void test_malformed(void)
{
	static const struct {
		const char *name, *xml;
	} cases[] = {
		{ "empty_text_refused", "" },
		{ "plain_text_refused", "hello" },
		{ "unclosed_element_refused", "<domain><name>m1</name>" },
		{ "other_root_refused", "<network><name>m1</name></network>" },
		{ "nameless_domain_refused", "<domain/>" },
		{ "bad_domain_uuid_refused", HEAD "<uuid>1234</uuid>" TAIL },
		{ "bad_mdev_uuid_refused",
		  DEVICES(MDEV("c0ffee00-0000-4000-8000-00000000000g")) },
		{ "long_mdev_uuid_refused",
		  DEVICES(MDEV("c0ffee00-0000-4000-8000-00000000000011")) },
		{ "mdev_without_uuid_refused",
		  DEVICES("<hostdev mode='subsystem' type='mdev'><source><address/></source>"
			  "</hostdev>") },
		{ "hostdev_without_source_refused",
		  DEVICES("<hostdev mode='subsystem' type='pci'/>") },
		{ "bus_out_of_range_refused", DEVICES(PCI("<address bus='0x100'/>")) },
		{ "negative_bus_refused", DEVICES(PCI("<address bus='-1'/>")) },
		{ "slot_with_tail_refused", DEVICES(PCI("<address slot='0x0junk'/>")) },
		{ "function_out_of_range_refused", DEVICES(PCI("<address function='8'/>")) },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(parse_error(cases[i].xml) == -EINVAL, cases[i].name);
}

static void test_hostile(void)
{
	const size_t big = 5 * 1024 * 1024, deep = 100000;
	char *text = calloc(1, big);
	struct domain *d = NULL;

	check(parse_error("<!DOCTYPE domain [<!ENTITY a 'x'>]><domain><name>&a;</name></domain>")
	      == -EINVAL, "document_type_refused");
	check(parse_error("<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain><name>m1</name>"
			  "</domain>") == -EINVAL, "external_document_type_refused");
	check(parse_error("<domain><name>&undefined;</name></domain>") == -EINVAL,
	      "undefined_entity_refused");
	check(domain_parse(text, big, &d) == -EFBIG && !d, "huge_text_refused");
	for (size_t i = 0; i < deep; i++)
		memcpy(text + 3 * i, "<a>", 3);
	check(domain_parse(text, 3 * deep, &d) == -EINVAL && !d, "deep_nesting_refused");
	check(domain_parse("<domain><name>m1</name></domain>trailing", 32, &d) == 0 && d,
	      "text_need_not_be_terminated");
	domain_free(d);
	domain_free(NULL);
	free(text);
}

int main(void)
{
	test_identity();
	test_mdev();
	test_pci();
	test_ignored();
	test_vgpus();
	test_malformed();
	test_hostile();
	printf("1..%d\n", n_cases);
	return n_failed ? 1 : 0;
}
