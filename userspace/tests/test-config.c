// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "daemon/config.h"
#include "root.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define OTHER "0001:c1:00.0"

static void config_gpu_round_trip(void)
{
	const struct gpu_wanted wanted = {
		.mode = NVMUX_MODE_VGPU, .detach = true, .force = true, .device_id = 0x20b7,
		.partition = NVMUX_PARTITION_MIXED_SIZE,
	};
	struct gpu_wanted back = { 0 };
	char line[64];
	char *path = path_etc("gpus.d/%s.conf", BDF);

	CHECK_INT(config_load_gpu(BDF, &back), -ENOENT);
	CHECK_INT(config_store_gpu(BDF, &wanted), 0);
	CHECK_INT(config_load_gpu(BDF, &back), 0);
	CHECK_INT(back.mode, wanted.mode);
	CHECK_INT(back.partition, wanted.partition);
	CHECK_INT(back.detach, wanted.detach);
	CHECK(back.force);
	CHECK_INT(back.device_id, wanted.device_id);
	CHECK_INT(file_read_line(path, line, sizeof(line)), 0);
	CHECK_STR(line, "[gpu]");
	free(path);
}

static void config_gpu_last_one_wins(void)
{
	const struct gpu_wanted wanted = { .mode = NVMUX_MODE_PASSTHROUGH };
	struct gpu_wanted back = { 0 };

	CHECK_INT(config_store_gpu(BDF, &wanted), 0);
	CHECK_INT(config_load_gpu(BDF, &back), 0);
	CHECK_INT(back.mode, NVMUX_MODE_PASSTHROUGH);
	CHECK(!back.detach);
	CHECK_INT(back.device_id, 0);
}

static void config_defaults_without_a_file(void)
{
	struct config config;

	config_init(&config);
	CHECK_INT(config_load(&config), 0);
	CHECK_INT(config.switch_timeout, 60000000);
	CHECK_INT(config.write_timeout, 10000000);
	CHECK_INT(config.idle_retry, 10000000);
	CHECK_INT(config.default_mode, 0);
	CHECK_INT(config.scrub, SCRUB_BETWEEN_TENANTS);
	CHECK_INT(config.policy, ASSIGN_PERFORMANCE);
}

static void config_lists_of_words(void)
{
	struct config config;

	root_write("etc/nvmux/nvmux.conf",
		   "[daemon]\nhook-timeout=7\nservice-timeout=8s\n"
		   "[gpu]\nstop-services=old.service\n"
		   "stop-services = nvidia-persistenced.service  nvidia-dcgm.service\n"
		   "exclude=0000:41:00.0 0000:C1:00.0\n 0000:e2:00.0\n");
	config_init(&config);
	CHECK_INT(config_load(&config), 0);
	CHECK_INT(config.hook_timeout, 7000000);
	CHECK_INT(config.service_timeout, 8000000);
	CHECK_INT(config.stop_services.n, 3);
	CHECK(strset_has(&config.stop_services, "nvidia-dcgm.service"));
	CHECK_INT(config.exclude.n, 3);
	CHECK(strset_has(&config.exclude, "0000:41:00.0"));
	CHECK(strset_has(&config.exclude, "0000:c1:00.0"));
	CHECK(strset_has(&config.exclude, "0000:e2:00.0"));
	config_clear(&config);
	/* what makes no sense is not half taken for something else */
	root_write("etc/nvmux/nvmux.conf",
		   "[gpu]\nstop-services=persistenced ../x.service\nexclude=41:00.0 0000:41:00.01\n");
	config_init(&config);
	CHECK_INT(config_load(&config), 0);
	CHECK_INT(config.stop_services.n, 0);
	CHECK_INT(config.exclude.n, 0);
	config_clear(&config);
	root_write("etc/nvmux/nvmux.conf", "");
}

static void config_dropins_win(void)
{
	struct config config;

	root_write("etc/nvmux/nvmux.conf",
		   "# text\n[daemon]\nswitch-timeout=5\nidle-retry=3s\n\n[gpu]\ndefault-mode = vgpu\n"
		   "scrub=always\n[vgpu]\npolicy=consolidation\n");
	root_write("etc/nvmux/nvmux.conf.d/20-b.conf", "[daemon]\nswitch-timeout=7s\n");
	root_write("etc/nvmux/nvmux.conf.d/10-a.conf", "[daemon]\nswitch-timeout=6\n");
	root_write("etc/nvmux/nvmux.conf.d/30-c.conf.off", "[daemon]\nswitch-timeout=8\n");
	config_init(&config);
	CHECK_INT(config_load(&config), 0);
	CHECK_INT(config.switch_timeout, 7000000);
	CHECK_INT(config.idle_retry, 3000000);
	CHECK_INT(config.default_mode, NVMUX_MODE_VGPU);
	CHECK_INT(config.scrub, SCRUB_ALWAYS);
	CHECK_INT(config.policy, ASSIGN_CONSOLIDATION);
}

static void config_lists_of_later_files_win(void)
{
	char *path = path_etc("nvmux.conf.d/50-list.conf");
	struct config config;

	root_write("etc/nvmux/nvmux.conf", "[gpu]\nexclude=0000:41:00.0\n");
	root_write("etc/nvmux/nvmux.conf.d/50-list.conf", "[gpu]\nexclude=0000:42:00.0\n");
	config_init(&config);
	CHECK_INT(config_load(&config), 0);
	CHECK_INT(config.exclude.n, 1);
	CHECK(strset_has(&config.exclude, "0000:42:00.0"));
	config_clear(&config);
	CHECK_INT(unlink(path), 0);
	/* nobody is behind it */
	CHECK_INT(symlink("nowhere", path), 0);
	config_init(&config);
	CHECK_INT(config_load(&config), 0);
	CHECK(strset_has(&config.exclude, "0000:41:00.0"));
	config_clear(&config);
	CHECK_INT(unlink(path), 0);
	root_write("etc/nvmux/nvmux.conf", "");
	free(path);
}

static void config_nonsense_is_ignored(void)
{
	struct gpu_wanted back = { 0 };
	struct config config;

	root_write("etc/nvmux/nvmux.conf.d/40-d.conf",
		   "[daemon]\nswitch-timeout=0\nwrite-timeout=-3\nnonsense\nx=y\n[gpu]\ndefault-mode=shared\nscrub=maybe\n"
		   "[vgpu]\npolicy=fair\n");
	root_write("etc/nvmux/gpus.d/0001:e2:00.0.conf",
		   "[gpu]\nmode=direct\npartition=half\ndevice-id=zz\n");
	config_init(&config);
	CHECK_INT(config_load(&config), 0);
	CHECK_INT(config.switch_timeout, 7000000);
	CHECK_INT(config.write_timeout, 10000000);
	CHECK_INT(config.default_mode, NVMUX_MODE_VGPU);
	CHECK_INT(config_load_gpu("0001:e2:00.0", &back), 0);
	CHECK_INT(back.mode, 0);
	CHECK_INT(back.partition, 0);
	CHECK_INT(config.policy, ASSIGN_CONSOLIDATION);
}

static void config_mode_and_partition_do_not_touch_each_other(void)
{
	const struct gpu_wanted mode = { .mode = NVMUX_MODE_VGPU, .device_id = 0x2235 };
	const struct gpu_wanted other = { .mode = NVMUX_MODE_HOST, .detach = true };
	struct gpu_wanted back = { 0 };

	CHECK_INT(config_keep_partition(OTHER, NVMUX_PARTITION_MIXED_SIZE, 0x2235), 0);
	CHECK_INT(config_load_gpu(OTHER, &back), 0);
	CHECK_INT(back.mode, 0);
	CHECK_INT(back.partition, NVMUX_PARTITION_MIXED_SIZE);
	CHECK_INT(config_keep_mode(OTHER, &mode), 0);
	CHECK_INT(config_keep_partition(OTHER, NVMUX_PARTITION_MIG, 0x2235), 0);
	CHECK_INT(config_load_gpu(OTHER, &back), 0);
	CHECK_INT(back.mode, NVMUX_MODE_VGPU);
	CHECK_INT(back.partition, NVMUX_PARTITION_MIG);
	CHECK_INT(config_keep_mode(OTHER, &other), 0);
	CHECK_INT(config_load_gpu(OTHER, &back), 0);
	CHECK_INT(back.mode, NVMUX_MODE_HOST);
	CHECK(back.detach);
	CHECK_INT(back.partition, NVMUX_PARTITION_MIG);
	CHECK_INT(back.device_id, 0x2235);
}

static void config_of_another_board_is_dropped(void)
{
	const struct gpu_wanted mode = { .mode = NVMUX_MODE_VGPU, .device_id = 0x2235 };
	struct gpu_wanted back = { 0 };

	CHECK_INT(config_store_gpu(OTHER, &mode), 0);
	CHECK_INT(config_keep_partition(OTHER, NVMUX_PARTITION_MIG, 0x20b7), 0);
	CHECK_INT(config_load_gpu(OTHER, &back), 0);
	CHECK_INT(back.mode, 0);
	CHECK_INT(back.partition, NVMUX_PARTITION_MIG);
	CHECK_INT(back.device_id, 0x20b7);
}

/* Who has the old file open, or finds it after a crash, has all of it (I9). */
static void config_is_replaced_not_rewritten(void)
{
	const struct gpu_wanted mode = { .mode = NVMUX_MODE_VGPU };
	const struct gpu_wanted other = { .mode = NVMUX_MODE_HOST };
	char *path = path_etc("gpus.d/" OTHER ".conf"), *old = path_etc("old");
	char *text = NULL;

	CHECK(path && old);
	CHECK_INT(config_store_gpu(OTHER, &mode), 0);
	CHECK_INT(link(path, old), 0);
	CHECK_INT(config_store_gpu(OTHER, &other), 0);
	CHECK_INT(file_read(old, 4096, &text, NULL), 0);
	CHECK_STR(text, "[gpu]\nmode=vgpu\n");
	free(text);
	free(path);
	free(old);
}

int main(void)
{
	root_make();
	RUN(config_gpu_round_trip);
	RUN(config_gpu_last_one_wins);
	RUN(config_defaults_without_a_file);
	RUN(config_lists_of_words);
	RUN(config_dropins_win);
	RUN(config_nonsense_is_ignored);
	RUN(config_lists_of_later_files_win);
	RUN(config_mode_and_partition_do_not_touch_each_other);
	RUN(config_of_another_board_is_dropped);
	RUN(config_is_replaced_not_rewritten);
	return tap_end();
}
