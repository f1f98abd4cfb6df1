/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Method calls out of bytes: which method, and arguments that mostly have the
 * types it wants, with words that it may know.
 */
#ifndef NVMUX_FUZZ_WIRE_H
#define NVMUX_FUZZ_WIRE_H

#include <sys/socket.h>
#include <systemd/sd-bus.h>

#include "daemon/manager.h"
#include "fuzz.h"

#define BDF "0001:81:00.0"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"

/* What is left of the input. */
struct wire {
	const uint8_t *data;
	size_t size;
};

static const struct {
	const char *path, *interface, *member, *types;
} wire_methods[] = {
#define MANAGER "/org/nvmux1", "org.nvmux1.Manager"
#define GPU "/org/nvmux1/gpu/0001_81_00_0", "org.nvmux1.GPU"
#define VGPU "/org/nvmux1/vgpu/c2177883_f1bb_47f0_914d_32a22e3a8804", "org.nvmux1.VGPU"
	{ MANAGER, "SetPolicy", "s" }, { MANAGER, "CreateVgpu", "sssa{sv}" },
	{ MANAGER, "ListTypes", "s" }, { MANAGER, "ListVms", "" },
	{ MANAGER, "ListDefinitions", "" }, { MANAGER, "DefineVgpu", "sssa{sv}" },
	{ MANAGER, "UndefineVgpu", "s" }, { MANAGER, "StartVgpu", "s" },
	{ MANAGER, "StopVgpu", "s" }, { GPU, "SetMode", "sa{sv}" },
	{ GPU, "Recover", "a{sv}" }, { GPU, "Plan", "sa{sv}" }, { GPU, "Holders", "" },
	{ GPU, "SetPartition", "s" }, { GPU, "Scrub", "" }, { GPU, "CreateInstance", "si" },
	{ GPU, "DeleteInstance", "u" }, { VGPU, "Delete", "a{sv}" },
	{ "/org/nvmux1", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", "" },
	{ GPU, "None", "s" },
};

static const char *const wire_words[] = {
	"", BDF, UUID, "c2177883-f1bb-47f0-914d-32a22e3a8805", "A40-8Q", "host", "vgpu",
	"passthrough", "same-size", "mixed-size", "mig", "performance", "consolidation", "detach",
	"force", "when_idle", "placement", "numa_node", "vm", "autostart", "scrub", "no_scrub",
	"slot", "1g.6gb", "keep", "timeout",
};

static inline uint8_t wire_byte(struct wire *w)
{
	if (!w->size)
		return 0;
	w->size--;
	return *w->data++;
}

/* A word, or so many bytes as they come. */
static inline void wire_text(struct wire *w, char text[static 256])
{
	size_t n = wire_byte(w);

	if (n < ARRAY_SIZE(wire_words)) {
		(void)snprintf(text, 256, "%s", wire_words[n]);
		return;
	}
	n = n < w->size ? n : w->size;
	memcpy(text, w->data, n);
	text[n] = '\0';
	w->data += n;
	w->size -= n;
}

static inline uint32_t wire_number(struct wire *w)
{
	uint8_t shift = wire_byte(w), value = wire_byte(w);

	return (uint32_t)value << (shift % 32) | (shift & 0x80 ? 0x80000000U : 0);
}

/* Text is text on a bus: its daemon lets nothing else through to us. */
static inline int wire_put(struct wire *w, sd_bus_message *m, char type)
{
	uint32_t number;
	char text[256];

	if (type == 's') {
		wire_text(w, text);
		return fuzz_is_utf8(text) ? sd_bus_message_append_basic(m, 's', text) : -EINVAL;
	}
	number = type == 'b' ? wire_byte(w) & 1 : wire_number(w);
	return sd_bus_message_append_basic(m, type, &number);
}

/* a{sv}; the variant has any of the types that an option may have. */
static inline int wire_put_options(struct wire *w, sd_bus_message *m)
{
	int err = sd_bus_message_open_container(m, 'a', "{sv}");

	for (unsigned int n = wire_byte(w) % 4; n && err >= 0; n--) {
		char type[2] = { "subi"[wire_byte(w) % 4] };

		err = sd_bus_message_open_container(m, 'e', "sv");
		err = err < 0 ? err : wire_put(w, m, 's');
		err = err < 0 ? err : sd_bus_message_open_container(m, 'v', type);
		err = err < 0 ? err : wire_put(w, m, type[0]);
		err = err < 0 ? err : sd_bus_message_close_container(m);
		err = err < 0 ? err : sd_bus_message_close_container(m);
	}
	return err < 0 ? err : sd_bus_message_close_container(m);
}

/* Return: a call, or NULL when the bytes make none. */
static inline sd_bus_message *wire_call(struct wire *w, sd_bus *bus)
{
	size_t i = wire_byte(w) % ARRAY_SIZE(wire_methods), wrong = wire_byte(w);
	const char *types = wire_methods[wrong < 16 ? wrong : i].types;
	sd_bus_message *m = NULL;
	int err = sd_bus_message_new_method_call(bus, &m, "org.nvmux1", wire_methods[i].path,
						 wire_methods[i].interface,
						 wire_methods[i].member);

	for (; *types && err >= 0; types += *types == 'a' ? 5 : 1)
		err = *types == 'a' ? wire_put_options(w, m) : wire_put(w, m, *types);
	return err < 0 ? sd_bus_message_unref(m) : m;
}

/* A client of the objects that @add adds, without a bus between. */
static inline sd_bus *wire_connect(struct manager *m, int (*add)(struct manager *m))
{
	sd_bus *client;
	int fds[2];

	assert(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds));
	assert(sd_bus_new(&m->bus) >= 0 && sd_bus_set_fd(m->bus, fds[0], fds[0]) >= 0);
	assert(sd_bus_set_server(m->bus, 1, SD_ID128_MAKE(1, 2, 3, 4, 5, 6, 7, 8, 9, a, b, c, d,
							  e, f, 10)) >= 0);
	assert(add(m) >= 0 && sd_bus_start(m->bus) >= 0);
	assert(sd_bus_attach_event(m->bus, m->event, 0) >= 0);
	assert(sd_bus_new(&client) >= 0 && sd_bus_set_fd(client, fds[1], fds[1]) >= 0);
	assert(sd_bus_start(client) >= 0);
	return client;
}

static inline int wire_answered(sd_bus_message *answer, void *userdata, sd_bus_error *error)
{
	(void)error;
	while (!sd_bus_message_at_end(answer, 1))
		assert(sd_bus_message_skip(answer, NULL) >= 0);
	*(bool *)userdata = true;
	return 1;
}

/* Until it is answered, by a message that a bus would let through. */
static inline void wire_exchange(struct manager *m, sd_bus *client, sd_bus_message *message)
{
	bool answered = false;

	assert(sd_bus_call_async(client, NULL, message, wire_answered, &answered, 0) >= 0);
	for (int i = 0; i < 2000 && !answered; i++) {
		while (sd_bus_process(client, NULL) > 0)
			;
		assert(sd_event_run(m->event, answered ? 0 : 1000) >= 0);
	}
	assert(answered);
}

#endif
