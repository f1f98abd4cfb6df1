// SPDX-License-Identifier: GPL-2.0-only
/*
 * Never called by the daemon or the hook: libvirt waits for those.
 *
 * The library is loaded by the first call: it brings half a hundred others, for which all other
 * commands would wait, and a host without it loses nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "cli/libvirt.h"

#ifdef HAVE_LIBVIRT
#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#define LIBRARY "libvirt.so.0"

static struct {
	typeof(virConnectClose) *close;
	typeof(virConnectOpen) *open;
	typeof(virDomainDefineXML) *define;
	typeof(virDomainFree) *free;
	typeof(virDomainGetName) *name;
	typeof(virDomainGetXMLDesc) *xml;
	typeof(virDomainIsActive) *is_active;
	typeof(virDomainLookupByName) *lookup;
	typeof(virGetLastErrorMessage) *last_error;
	typeof(virSetErrorFunc) *set_error_func;
} lib;

static const struct {
	const char *name;
	void *function;
} symbols[] = {
	{ "virConnectClose", &lib.close },
	{ "virConnectOpen", &lib.open },
	{ "virDomainDefineXML", &lib.define },
	{ "virDomainFree", &lib.free },
	{ "virDomainGetName", &lib.name },
	{ "virDomainGetXMLDesc", &lib.xml },
	{ "virDomainIsActive", &lib.is_active },
	{ "virDomainLookupByName", &lib.lookup },
	{ "virGetLastErrorMessage", &lib.last_error },
	{ "virSetErrorFunc", &lib.set_error_func },
};

/* Nobody unloads it: it has threads. */
static int load(struct complaint *c)
{
	void *library = dlopen(LIBRARY, RTLD_NOW), *symbol;

	if (!library)
		return complain(c, CODE_UNREACHABLE, "libvirt cannot be loaded: %s", dlerror());
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		symbol = dlsym(library, symbols[i].name);
		if (!symbol)
			return complain(c, CODE_UNREACHABLE, "libvirt has no %s", symbols[i].name);
		memcpy(symbols[i].function, &symbol, sizeof(symbol));
	}
	return CODE_OK;
}

static void close_connection(virConnectPtr *connection)
{
	if (*connection)
		lib.close(*connection);
}

static void free_domain(virDomainPtr *domain)
{
	if (*domain)
		lib.free(*domain);
}

static int complain_libvirt(struct complaint *c, enum code code)
{
	const char *text = lib.last_error();

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
	_cleanup_(free_domain) virDomainPtr domain = lib.define(connection, xml);

	return domain ? CODE_OK : complain_libvirt(c, CODE_FAILED);
}

static int edit(virConnectPtr connection, virDomainPtr domain, libvirt_change_t change,
		void *userdata, struct complaint *c)
{
	_cleanup_free_ char *xml = NULL, *changed = NULL;
	int code;

	if (lib.is_active(domain) != 0)
		return complain(c, CODE_BUSY, "vm %s is running, it can be changed when it is shut off",
				lib.name(domain));
	xml = lib.xml(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
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
	int code = load(c);

	if (code)
		return code;
	lib.set_error_func(NULL, be_silent);
	connection = lib.open(uri ? uri : "qemu:///system");
	if (!connection)
		return complain_libvirt(c, CODE_UNREACHABLE);
	domain = lib.lookup(connection, name);
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
