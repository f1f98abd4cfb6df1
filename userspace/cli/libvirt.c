// SPDX-License-Identifier: GPL-2.0-only
/*
 * Never called by the daemon or the hook: libvirt waits for those.
 */
#include <stdlib.h>

#include "basic/cleanup.h"
#include "cli/libvirt.h"

#ifdef HAVE_LIBVIRT
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

static void close_connection(virConnectPtr *connection)
{
	if (*connection)
		virConnectClose(*connection);
}

static void free_domain(virDomainPtr *domain)
{
	if (*domain)
		virDomainFree(*domain);
}

static int complain_libvirt(struct complaint *c, enum code code)
{
	const char *text = virGetLastErrorMessage();

	return complain(c, code, "libvirt: %s", text ? text : "unknown error");
}

/* It says on stderr what it also returns. */
static void be_silent(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

static int define(virConnectPtr connection, const char *xml, struct complaint *c)
{
	_cleanup_(free_domain) virDomainPtr domain = virDomainDefineXML(connection, xml);

	return domain ? CODE_OK : complain_libvirt(c, CODE_FAILED);
}

static int edit(virConnectPtr connection, virDomainPtr domain, libvirt_change_t change,
		void *userdata, struct complaint *c)
{
	_cleanup_free_ char *xml = NULL, *changed = NULL;
	int code;

	if (virDomainIsActive(domain) != 0)
		return complain(c, CODE_BUSY, "vm %s is running, it can be changed when it is shut off",
				virDomainGetName(domain));
	xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
	if (!xml)
		return complain_libvirt(c, CODE_FAILED);
	code = change(userdata, xml, &changed, c);
	return code ? code : define(connection, changed, c);
}

int libvirt_edit(const char *uri, const char *name, libvirt_change_t change, void *userdata,
		 struct complaint *c)
{
	_cleanup_(close_connection) virConnectPtr connection = NULL;
	_cleanup_(free_domain) virDomainPtr domain = NULL;

	virSetErrorFunc(NULL, be_silent);
	connection = virConnectOpen(uri ? uri : "qemu:///system");
	if (!connection)
		return complain_libvirt(c, CODE_UNREACHABLE);
	domain = virDomainLookupByName(connection, name);
	if (!domain)
		return complain(c, CODE_NOT_FOUND, "no vm %s", name);
	return edit(connection, domain, change, userdata, c);
}
#else
int libvirt_edit(const char *uri, const char *name, libvirt_change_t change, void *userdata,
		 struct complaint *c)
{
	(void)uri;
	(void)name;
	(void)change;
	(void)userdata;
	return complain(c, CODE_UNREACHABLE, "this nvmux was built without libvirt");
}
#endif
