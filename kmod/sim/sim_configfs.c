// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boards as the user describes them: configfs nvmux_sim/<name>/.
 *
 * A description is made by mkdir and changed by its attributes; writing 1 to "live" makes the
 * board, writing 0 or rmdir takes it away. What describes a live board cannot change. Everything
 * is under sim.lock, except for the length of a board's own life, which configfs keeps.
 */
#include <linux/cleanup.h>
#include <linux/configfs.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sim.h"

struct sim_item {
	struct config_item item;
	struct sim *sim;
	struct sim_desc desc;
	struct sim_board *board;	/* while live */
};

static const char *const part_names[SIM_PARTS] = {
	[SIM_AUDIO] = "audio",
	[SIM_USB] = "usb",
	[SIM_UCSI] = "ucsi",
};

static struct sim_item *to_sim_item(struct config_item *item)
{
	return container_of(item, struct sim_item, item);
}

/* A store function gets a copy of the line without the newline, and the lock. */
static ssize_t change(struct config_item *item, const char *page, size_t count,
		      int (*set)(struct sim_desc *desc, char *text))
{
	struct sim_item *si = to_sim_item(item);
	char *text = kstrndup(page, count, GFP_KERNEL);
	int err = -EBUSY;

	if (!text)
		return -ENOMEM;
	mutex_lock(&si->sim->lock);
	if (!si->board)
		err = set(&si->desc, strim(text));
	mutex_unlock(&si->sim->lock);
	kfree(text);
	return err ?: count;
}

static ssize_t sim_item_model_show(struct config_item *item, char *page)
{
	struct sim_item *si = to_sim_item(item);

	guard(mutex)(&si->sim->lock);
	return sysfs_emit(page, "%s\n", si->desc.model ? si->desc.model->name : "");
}

static int set_model(struct sim_desc *desc, char *text)
{
	const struct sim_model *model = sim_board_model(text);

	if (!model)
		return -EINVAL;
	desc->model = model;
	return 0;
}

static ssize_t sim_item_model_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_model);
}

static ssize_t sim_item_address_show(struct config_item *item, char *page)
{
	struct sim_item *si = to_sim_item(item);
	struct sim_desc *desc = &si->desc;

	guard(mutex)(&si->sim->lock);
	if (!desc->addressed)
		return sysfs_emit(page, "\n");
	return sysfs_emit(page, "%04x:%02x:%02x.0\n", desc->domain, desc->bus, desc->slot);
}

static int set_address(struct sim_desc *desc, char *text)
{
	unsigned int domain, bus, slot;
	int end = 0;

	if (sscanf(text, "%4x:%2x:%2x.0%n", &domain, &bus, &slot, &end) != 3)
		return -EINVAL;
	if (!end || text[end] || slot > 0x1f)
		return -EINVAL;
	desc->domain = domain;
	desc->bus = bus;
	desc->slot = slot;
	desc->addressed = true;
	return 0;
}

static ssize_t sim_item_address_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_address);
}

static ssize_t show_number(struct config_item *item, char *page, const u32 *number)
{
	guard(mutex)(&to_sim_item(item)->sim->lock);
	return sysfs_emit(page, "%u\n", *number);
}

static ssize_t sim_item_bar1_mib_show(struct config_item *item, char *page)
{
	return show_number(item, page, &to_sim_item(item)->desc.bar1_mib);
}

static int set_bar1_mib(struct sim_desc *desc, char *text)
{
	return kstrtou32(text, 0, &desc->bar1_mib);
}

static ssize_t sim_item_bar1_mib_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_bar1_mib);
}

static ssize_t sim_item_vram_mib_show(struct config_item *item, char *page)
{
	return show_number(item, page, &to_sim_item(item)->desc.vram_mib);
}

static int set_vram_mib(struct sim_desc *desc, char *text)
{
	return kstrtou32(text, 0, &desc->vram_mib);
}

static ssize_t sim_item_vram_mib_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_vram_mib);
}

static ssize_t sim_item_group_show(struct config_item *item, char *page)
{
	return show_number(item, page, &to_sim_item(item)->desc.group);
}

static int set_group(struct sim_desc *desc, char *text)
{
	return kstrtou32(text, 0, &desc->group);
}

static ssize_t sim_item_group_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_group);
}

static ssize_t sim_item_serial_show(struct config_item *item, char *page)
{
	struct sim_item *si = to_sim_item(item);

	guard(mutex)(&si->sim->lock);
	return sysfs_emit(page, "%llu\n", si->desc.serial);
}

static int set_serial(struct sim_desc *desc, char *text)
{
	return kstrtou64(text, 0, &desc->serial);
}

static ssize_t sim_item_serial_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_serial);
}

static ssize_t sim_item_hollow_show(struct config_item *item, char *page)
{
	struct sim_item *si = to_sim_item(item);

	guard(mutex)(&si->sim->lock);
	return sysfs_emit(page, "%d\n", si->desc.hollow);
}

static int set_hollow(struct sim_desc *desc, char *text)
{
	return kstrtobool(text, &desc->hollow);
}

static ssize_t sim_item_hollow_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_hollow);
}

static ssize_t print_parts(char *page, unsigned int parts)
{
	ssize_t length = 0;
	enum sim_part part;

	for (part = SIM_AUDIO; part < SIM_PARTS; part++)
		if (parts & BIT(part))
			length += sysfs_emit_at(page, length, "%s%s", length ? " " : "",
						part_names[part]);
	if (!length)
		length += sysfs_emit_at(page, length, "none");
	return length + sysfs_emit_at(page, length, "\n");
}

static ssize_t sim_item_companions_show(struct config_item *item, char *page)
{
	struct sim_item *si = to_sim_item(item);
	struct sim_desc *desc = &si->desc;

	guard(mutex)(&si->sim->lock);
	if (desc->parts_set)
		return print_parts(page, desc->parts);
	return desc->model ? print_parts(page, desc->model->parts) : sysfs_emit(page, "\n");
}

static int parse_part(const char *word, unsigned int *parts)
{
	enum sim_part part;

	if (!strcmp(word, "none") || !*word)
		return 0;
	for (part = SIM_AUDIO; part < SIM_PARTS; part++) {
		if (strcmp(part_names[part], word))
			continue;
		*parts |= BIT(part);
		return 0;
	}
	return -EINVAL;
}

static int set_companions(struct sim_desc *desc, char *text)
{
	unsigned int parts = 0;
	char *word;
	int err;

	while ((word = strsep(&text, " "))) {
		err = parse_part(word, &parts);
		if (err)
			return err;
	}
	desc->parts = parts;
	desc->parts_set = true;
	return 0;
}

static ssize_t sim_item_companions_store(struct config_item *item, const char *page, size_t count)
{
	return change(item, page, count, set_companions);
}

static ssize_t sim_item_live_show(struct config_item *item, char *page)
{
	struct sim_item *si = to_sim_item(item);

	guard(mutex)(&si->sim->lock);
	return sysfs_emit(page, "%d\n", !!si->board);
}

static int go_live(struct sim_item *si)
{
	struct sim_board *board;

	if (si->board)
		return -EBUSY;
	board = sim_board_add(si->sim, &si->desc, config_item_name(&si->item));
	if (IS_ERR(board))
		return PTR_ERR(board);
	si->board = board;
	return 0;
}

static void go_dead(struct sim_item *si)
{
	if (si->board)
		sim_board_remove(si->board);
	si->board = NULL;
}

static ssize_t sim_item_live_store(struct config_item *item, const char *page, size_t count)
{
	struct sim_item *si = to_sim_item(item);
	bool live;
	int err;

	err = kstrtobool(page, &live);
	if (err)
		return err;
	guard(mutex)(&si->sim->lock);
	if (!live)
		go_dead(si);
	else
		err = go_live(si);
	return err ?: count;
}

CONFIGFS_ATTR(sim_item_, model);
CONFIGFS_ATTR(sim_item_, address);
CONFIGFS_ATTR(sim_item_, bar1_mib);
CONFIGFS_ATTR(sim_item_, vram_mib);
CONFIGFS_ATTR(sim_item_, companions);
CONFIGFS_ATTR(sim_item_, group);
CONFIGFS_ATTR(sim_item_, serial);
CONFIGFS_ATTR(sim_item_, hollow);
CONFIGFS_ATTR(sim_item_, live);

static struct configfs_attribute *sim_item_attrs[] = {
	&sim_item_attr_model,
	&sim_item_attr_address,
	&sim_item_attr_bar1_mib,
	&sim_item_attr_vram_mib,
	&sim_item_attr_companions,
	&sim_item_attr_group,
	&sim_item_attr_serial,
	&sim_item_attr_hollow,
	&sim_item_attr_live,
	NULL
};

static void sim_item_release(struct config_item *item)
{
	kfree(to_sim_item(item));
}

static struct configfs_item_operations sim_item_ops = {
	.release = sim_item_release,
};

static const struct config_item_type sim_item_type = {
	.ct_item_ops = &sim_item_ops,
	.ct_attrs = sim_item_attrs,
	.ct_owner = THIS_MODULE,
};

static struct sim *to_sim(struct config_group *group)
{
	return container_of(to_configfs_subsystem(group), struct sim, configfs);
}

static struct config_item *make_item(struct config_group *group, const char *name)
{
	struct sim_item *si = kzalloc(sizeof(*si), GFP_KERNEL);

	if (!si)
		return ERR_PTR(-ENOMEM);
	si->sim = to_sim(group);
	config_item_init_type_name(&si->item, name, &sim_item_type);
	if (config_item_name(&si->item))
		return &si->item;
	/* a long name needs memory of its own, and nobody says that there was none */
	config_item_put(&si->item);
	return ERR_PTR(-ENOMEM);
}

static void drop_item(struct config_group *group, struct config_item *item)
{
	struct sim_item *si = to_sim_item(item);

	mutex_lock(&si->sim->lock);
	go_dead(si);
	mutex_unlock(&si->sim->lock);
	config_item_put(item);
}

static struct configfs_group_operations group_ops = {
	.make_item = make_item,
	.drop_item = drop_item,
};

static const struct config_item_type group_type = {
	.ct_group_ops = &group_ops,
	.ct_owner = THIS_MODULE,
};

/**
 * sim_configfs_add() - make the directory in configfs
 * @sim: simulator, ready to take boards
 *
 * Return: 0 or what configfs says.
 */
int sim_configfs_add(struct sim *sim)
{
	struct config_group *group = &sim->configfs.su_group;

	config_group_init_type_name(group, KBUILD_MODNAME, &group_type);
	mutex_init(&sim->configfs.su_mutex);
	return configfs_register_subsystem(&sim->configfs);
}

/**
 * sim_configfs_remove() - remove the directory
 * @sim: simulator without descriptions; they keep the module in use
 */
void sim_configfs_remove(struct sim *sim)
{
	configfs_unregister_subsystem(&sim->configfs);
	mutex_destroy(&sim->configfs.su_mutex);
}
