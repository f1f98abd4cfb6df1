// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains with devices put in and taken out; what is read back is read by the parser of the hook.
 */
#include <errno.h>

#include "basic/domain.h"
#include "cli/edit.h"
#include "tap.h"

#define UUID "c0ffee00-0000-4000-8000-00000000000a"
#define HEAD "<domain type='kvm'><name>m1</name><uuid>" UUID "</uuid>"

static struct edit *edit;

static void begin(const char *xml)
{
	if (edit_new(xml, &edit))
		abort();
}

static struct domain *end(void)
{
	char *text = edit_text(edit);
	struct domain *d = NULL;

	if (!text || domain_parse(text, strlen(text), &d))
		printf("# it cannot be read: %s\n", text);
	free(text);
	edit_free(edit);
	return d;
}

static void edit_puts_a_vgpu_in_and_takes_it_out(void)
{
	struct domain *d;

	begin(HEAD "<devices><disk/></devices></domain>");
	CHECK(!edit_has_vgpu(edit));
	CHECK_INT(edit_add_vgpu(edit, UUID, "A30-4C", "0001:81:00.0"), 0);
	CHECK_INT(edit_add_vgpu(edit, UUID, "A30-4C", NULL), -EEXIST);
	CHECK(edit_has_vgpu(edit));
	d = end();
	CHECK(d && d->n_mdevs == 1 && d->n_vgpus == 1);
	CHECK_STR(d->mdevs[0], UUID);
	CHECK_STR(d->vgpus[0].uuid, UUID);
	CHECK_STR(d->vgpus[0].type, "A30-4C");
	CHECK_STR(d->vgpus[0].gpu, "0001:81:00.0");
	domain_free(d);
}

static void edit_removes_all_of_a_vgpu_and_nothing_else(void)
{
	struct domain *d;
	char *text;

	begin(HEAD "<metadata><other xmlns='urn:other'>x</other></metadata><devices><disk/></devices>"
	      "</domain>");
	CHECK_INT(edit_add_vgpu(edit, UUID, "A30-4C", NULL), 0);
	CHECK_INT(edit_add_vgpu(edit, "c0ffee00-0000-4000-8000-00000000000b", "A30-8C", NULL), 0);
	CHECK_INT(edit_remove_vgpu(edit, "C0FFEE00-0000-4000-8000-00000000000A"), 0);
	CHECK_INT(edit_remove_vgpu(edit, UUID), -ENOENT);
	text = edit_text(edit);
	CHECK(strstr(text, "<other xmlns=\"urn:other\">x</other>") && strstr(text, "<disk/>"));
	free(text);
	d = end();
	CHECK(d && d->n_mdevs == 1 && d->n_vgpus == 1 && !d->vgpus[0].gpu);
	CHECK_STR(d->vgpus[0].type, "A30-8C");
	domain_free(d);
}

static void edit_puts_a_gpu_in_and_takes_it_out(void)
{
	struct domain *d;

	begin(HEAD "</domain>");
	CHECK_INT(edit_add_gpu(edit, "0001:e2:00.0"), 0);
	CHECK_INT(edit_add_gpu(edit, "0001:E2:0.0"), -EEXIST);
	CHECK_INT(edit_add_gpu(edit, "e2"), -EINVAL);
	CHECK(edit_has_gpu(edit, "0001:e2:00.0") && !edit_has_gpu(edit, "0000:e2:00.0"));
	CHECK(!edit_has_vgpu(edit));
	CHECK_INT(edit_remove_gpu(edit, "0000:e2:00.0"), -ENOENT);
	d = end();
	CHECK(d && d->n_pcis == 1);
	CHECK_STR(d->pcis[0], "0001:e2:00.0");
	domain_free(d);
	begin(HEAD "<devices><hostdev type='pci' mode='subsystem'><source><address bus='129' slot='0'/>"
	      "</source><address type='pci' bus='0x05'/></hostdev></devices></domain>");
	CHECK_INT(edit_remove_gpu(edit, "0000:81:00.0"), 0);
	d = end();
	CHECK(d && !d->n_pcis);
	domain_free(d);
}

static void edit_refuses_what_is_no_domain(void)
{
	CHECK_INT(edit_new("<network/>", &edit), -EINVAL);
	CHECK_INT(edit_new("<domain>", &edit), -EINVAL);
	CHECK_INT(edit_new("", &edit), -EINVAL);
	CHECK_INT(edit_new("<!DOCTYPE domain [<!ENTITY a 'x'>]><domain>&a;</domain>", &edit), -EINVAL);
}

int main(void)
{
	RUN(edit_puts_a_vgpu_in_and_takes_it_out);
	RUN(edit_removes_all_of_a_vgpu_and_nothing_else);
	RUN(edit_puts_a_gpu_in_and_takes_it_out);
	RUN(edit_refuses_what_is_no_domain);
	return tap_end();
}
