// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is counted, how it is written, and that the socket gives it to well-behaved clients and
 * stays alive with others.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "daemon/action.h"
#include "daemon/metrics.h"
#include "daemon/openmetrics.h"
#include "daemon/resets.h"
#include "daemon/stuck.h"
#include "daemon/tally.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define OTHER "0001:e2:00.0"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"

static struct manager *m;

static struct nvmux_gpu *kernel_gpu(void)
{
	return &played_find(BDF)->gpu;
}

/* The kernel tells how the GPU is now. */
static void tell(void)
{
	manager_gpu_observed(m, kernel_gpu());
}

static void tell_vgpu(uint32_t state)
{
	struct nvmux_vgpu vgpu = {
		.uuid = UUID, .gpu = BDF, .type = TYPE, .state = state, .size = 8ULL << 30,
	};

	manager_vgpu_observed(m, &vgpu);
}

static void begin(void)
{
	m = played_manager();
	root_write("etc/nvmux/gpus.d/" BDF ".conf", "[gpu]\n");
	m->started = 1700000000;
	played_add(OTHER, NVMUX_MODE_HOST, NVMUX_PARTITION_SAME_SIZE);
	played_add(BDF, NVMUX_MODE_VGPU, NVMUX_PARTITION_MIXED_SIZE);
	snprintf(kernel_gpu()->board, sizeof(kernel_gpu()->board), "NVIDIA \"A40\"\\\n");
	kernel_gpu()->fb_size = 48ULL << 30;
	manager_gpu_observed(m, &played_find(OTHER)->gpu);
	tell();
	tell_vgpu(NVMUX_VGPU_STATE_PUBLISHED);
	settle(m);
}

/* Is this line in the text? */
static bool told(const char *line)
{
	size_t len, n = strlen(line);
	char *text = metrics_format(m, &len), *at = text;

	while (at && (at = strstr(at, line)) &&
	       !((at == text || at[-1] == '\n') && at[n] == '\n'))
		at++;
	free(text);
	return at;
}

static void opens_are_counted_once_each(void)
{
	begin();
	CHECK(told("nvmux_vgpu_opens_total{vgpu=\"" UUID "\"} 0"));
	tell_vgpu(NVMUX_VGPU_STATE_OPEN);
	tell_vgpu(NVMUX_VGPU_STATE_OPEN);
	CHECK(told("nvmux_vgpu_opens_total{vgpu=\"" UUID "\"} 1"));
	tell_vgpu(NVMUX_VGPU_STATE_PUBLISHED);
	tell_vgpu(NVMUX_VGPU_STATE_OPEN);
	CHECK(told("nvmux_vgpu_opens_total{vgpu=\"" UUID "\"} 2"));
	CHECK(told("nvmux_gpu_vgpu_opens_total{gpu=\"" BDF "\"} 2"));
	CHECK(told("nvmux_gpu_vgpu_opens_total{gpu=\"" OTHER "\"} 0"));
	manager_vgpu_gone(m, UUID);
	CHECK(!told("nvmux_vgpu_opens_total{vgpu=\"" UUID "\"} 2"));
	CHECK(told("nvmux_gpu_vgpu_opens_total{gpu=\"" BDF "\"} 2"));
	manager_free(m);
}

static void resets_are_read_off_the_steps(void)
{
	begin();
	kernel_gpu()->step = NVMUX_STEP_DETACH;
	tell();
	kernel_gpu()->step = NVMUX_STEP_RESET;
	tell();
	kernel_gpu()->vgpu_count = 1;
	tell();
	CHECK(told("nvmux_gpu_resets_total{gpu=\"" BDF "\"} 1"));
	kernel_gpu()->step = NVMUX_STEP_ATTACH;
	tell();
	kernel_gpu()->step = NVMUX_STEP_RESET;
	tell();
	CHECK(told("nvmux_gpu_resets_total{gpu=\"" BDF "\"} 2"));
	manager_free(m);
}

/* The kernel does not announce them; of an older one there are none, rather than 0. */
static void resets_by_guests_are_asked_for(void)
{
	const struct nvmux_vgpu_request request = { .gpu = BDF, .type = TYPE, .uuid = UUID };

	begin();
	CHECK(!told("nvmux_vgpu_resets_total{vgpu=\"" UUID "\"} 0"));
	CHECK_INT(nvmux_vgpu_new(m->kernel, &request, NULL), 0);
	CHECK(told("nvmux_vgpu_resets_total{vgpu=\"" UUID "\"} 0"));
	played_resets = 5;
	CHECK(told("nvmux_vgpu_resets_total{vgpu=\"" UUID "\"} 5"));
	played_resets = 0;
	resets_refresh(m, 3600000000ULL);
	CHECK_INT(vgpu_find(&m->vgpus, UUID)->observed.resets, 5);
	resets_refresh(m, 0);
	CHECK_INT(vgpu_find(&m->vgpus, UUID)->observed.resets, 0);
	m->kernel = NULL;
	CHECK(told("nvmux_vgpu_resets_total{vgpu=\"" UUID "\"} 0"));
	manager_free(m);
}

static void tell_scrub(uint64_t done, uint64_t total)
{
	kernel_gpu()->scrub_done = done;
	kernel_gpu()->scrub_total = total;
	tell();
}

/* Of the second cleaning only what was done before it failed. */
static void scrubbed_bytes_add_up(void)
{
	begin();
	tell_scrub(0, 100);
	CHECK(told("nvmux_gpu_scrub_left_bytes{gpu=\"" BDF "\"} 100"));
	tell_scrub(30, 100);
	tell_scrub(60, 110);
	CHECK(told("nvmux_gpu_scrubbed_bytes_total{gpu=\"" BDF "\"} 60"));
	tell_scrub(0, 0);
	CHECK(told("nvmux_gpu_scrubbed_bytes_total{gpu=\"" BDF "\"} 110"));
	tell_scrub(5, 10);
	snprintf(kernel_gpu()->error, sizeof(kernel_gpu()->error), "memory does not take zeroes");
	tell_scrub(0, 0);
	CHECK(told("nvmux_gpu_scrubbed_bytes_total{gpu=\"" BDF "\"} 115"));
	manager_free(m);
}

/* One of the kernel, one of a switch that hangs. */
static void quarantines_of_kernel_and_daemon_are_counted(void)
{
	begin();
	kernel_gpu()->has |= NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
	snprintf(kernel_gpu()->quarantine, sizeof(kernel_gpu()->quarantine), "dead");
	tell();
	tell();
	CHECK(told("nvmux_gpu_quarantines_total{gpu=\"" BDF "\"} 1"));
	CHECK(told("nvmux_gpu_quarantined{gpu=\"" BDF "\"} 1"));
	kernel_gpu()->has &= ~NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
	kernel_gpu()->quarantine[0] = '\0';
	kernel_gpu()->has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	kernel_gpu()->target = NVMUX_MODE_HOST;
	tell();
	stuck_switch(gpu_find(&m->gpus, BDF));
	CHECK(told("nvmux_gpu_quarantines_total{gpu=\"" BDF "\"} 2"));
	manager_free(m);
}

static void requests_are_counted_by_what_came_of_them(void)
{
	struct gpu_wanted wanted = { .mode = NVMUX_MODE_HOST };
	const struct vgpu_order order = { .gpu = "nonsense", .type = TYPE, .uuid = UUID };
	struct outcome o = { 0 };

	begin();
	played_find(BDF)->held = true;
	action_set_mode(gpu_find(&m->gpus, BDF), &wanted, outcome_set, &o);
	settle(m);
	CHECK(told("nvmux_gpu_requests_total{gpu=\"" BDF "\",request=\"set mode\","
		   "result=\"refused\",reason=\"Busy\"} 1"));
	played_find(BDF)->held = false;
	action_set_mode(gpu_find(&m->gpus, BDF), &wanted, outcome_set, &o);
	settle(m);
	CHECK(told("nvmux_gpu_requests_total{gpu=\"" BDF "\",request=\"set mode\","
		   "result=\"done\",reason=\"\"} 1"));
	/* what a caller makes up is no label */
	action_create_vgpu(m, &order, outcome_set, &o);
	settle(m);
	CHECK(told("nvmux_gpu_requests_total{gpu=\"\",request=\"create vgpu\","
		   "result=\"refused\",reason=\"NotFound\"} 1"));
	manager_free(m);
}

static void results_tell_refusals_from_failures(void)
{
	begin();
	tally_hook(m, "prepare", -EACCES);
	tally_hook(m, "prepare", -ETIMEDOUT);
	tally_hook(m, "prepare", -EINPROGRESS);
	tally_denied(m, NULL);
	tally_lost(m);
	CHECK(told("nvmux_hook_requests_total{operation=\"prepare\",result=\"refused\","
		   "reason=\"Policy\"} 1"));
	CHECK(told("nvmux_hook_requests_total{operation=\"prepare\",result=\"failed\","
		   "reason=\"Timeout\"} 1"));
	CHECK(told("nvmux_hook_requests_total{operation=\"prepare\",result=\"pending\","
		   "reason=\"Pending\"} 1"));
	CHECK(told("nvmux_denied_calls_total{member=\"unlisted\"} 1"));
	CHECK(told("nvmux_lost_notifications_total 1"));
	manager_free(m);
}

static void labels_are_utf8(void)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	openmetrics_sample(f, "x", METRIC_LABELS({ "a", "f\xc3\xbc\x72" }, { "b", "f\xfcr" }), 1);
	fclose(f);
	CHECK_STR(text, "nvmux_x{a=\"f\xc3\xbc\x72\",b=\"f?r\"} 1\n");
	free(text);
}

/* Writes the text to a file of the test and runs a command over it. */
static int over_text(const char *command)
{
	char full[512];
	size_t len;
	char *text = metrics_format(m, &len);

	root_write("text", text);
	free(text);
	snprintf(full, sizeof(full), command, root_dir);
	return system(full);
}

static void text_is_as_it_was(void)
{
	begin();
	tell_scrub(1U << 21, 1U << 22);
	CHECK_INT(over_text("sed 's/version=\"[^\"]*\"/version=\"X\"/' %s/text | "
			    "diff -u tests/testdata/metrics.txt -"), 0);
	manager_free(m);
}

static void text_is_read_by_a_parser(void)
{
	if (system("python3 -c 'import prometheus_client' 2>/dev/null"))
		SKIP("no python3-prometheus-client");
	begin();
	CHECK_INT(over_text("python3 tests/openmetrics.py <%s/text"), 0);
	manager_free(m);
}

/* The socket. */

static int connect_client(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/run/nvmux/metrics.sock", root_dir);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		abort();
	settle(m);
	return fd;
}

/* Sends a request and reads until the end, in small pieces. */
static char *answer_to(int fd, const char *request)
{
	static char answer[1 << 20];
	size_t len = 0;
	ssize_t n = -1;

	if (request[0] && send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		abort();
	for (int i = 0; i < 100000 && n; i++) {
		settle(m);
		n = recv(fd, answer + len, 1000, 0);
		len += n > 0 ? (size_t)n : 0;
		if (n < 0 && errno != EAGAIN)
			break;
	}
	answer[len] = '\0';
	close(fd);
	return answer;
}

static void check_answer(const char *request, const char *start)
{
	const char *answer = answer_to(connect_client(), request);

	if (strncmp(answer, start, strlen(start)))
		printf("# %s\n", answer);
	CHECK(strncmp(answer, start, strlen(start)) == 0);
}

static void socket_begins(void)
{
	begin();
	if (metrics_start(m) < 0)
		abort();
}

static void socket_answers_http(void)
{
	static const char start[] = "HTTP/1.0 200 OK\r\nContent-Type: application/"
		"openmetrics-text; version=1.0.0; charset=utf-8\r\nContent-Length: ";
	const char *answer;

	socket_begins();
	answer = answer_to(connect_client(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	CHECK(strncmp(answer, start, strlen(start)) == 0);
	CHECK_INT(strtoul(answer + strlen(start), NULL, 10),
		  strlen(strstr(answer, "\r\n\r\n") + 4));
	CHECK(strstr(answer, "\r\n\r\n# TYPE nvmux_daemon_info gauge\n"));
	CHECK_STR(answer + strlen(answer) - 6, "# EOF\n");
	check_answer("GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 404 ");
	check_answer("PUT /metrics HTTP/1.0\r\n\r\n", "HTTP/1.0 405 ");
	check_answer("hello\n\n", "HTTP/1.0 400 ");
	manager_free(m);
}

/* More than fits into the socket goes out as the client reads. */
static void socket_sends_much_in_pieces(void)
{
	const char *answer;

	socket_begins();
	for (int i = 0; i < 2000; i++) {
		struct nvmux_vgpu vgpu = { .gpu = BDF, .type = TYPE };

		snprintf(vgpu.uuid, sizeof(vgpu.uuid), "c2177883-f1bb-47f0-914d-%012d", i);
		manager_vgpu_observed(m, &vgpu);
	}
	settle(m);
	answer = answer_to(connect_client(), "GET /metrics HTTP/1.0\r\n\r\n");
	CHECK(strlen(answer) > 500000);
	CHECK_STR(answer + strlen(answer) - 6, "# EOF\n");
	manager_free(m);
}

static void socket_cuts_off_who_asks_too_much(void)
{
	static char request[8192];
	int fds[20], n = 0;
	char byte;

	socket_begins();
	memset(request, 'x', sizeof(request) - 1);
	CHECK_STR(answer_to(connect_client(), request), "");
	for (int i = 0; i < 20; i++)
		fds[i] = connect_client();
	for (int i = 0; i < 20; i++)
		n += recv(fds[i], &byte, 1, 0) == 0;
	CHECK_INT(n, 4);
	for (int i = 0; i < 20; i++)
		close(fds[i]);
	settle(m);
	check_answer("GET /metrics HTTP/1.0\r\n\r\n", "HTTP/1.0 200 ");
	manager_free(m);
}

static void socket_is_for_root_and_goes_with_the_daemon(void)
{
	char path[256];
	struct stat st;

	socket_begins();
	snprintf(path, sizeof(path), "%s/run/nvmux/metrics.sock", root_dir);
	CHECK(stat(path, &st) == 0);
	CHECK_INT(st.st_mode & 0777, 0660);
	manager_free(m);
	CHECK(stat(path, &st) < 0);
}

int main(void)
{
	root_make();
	RUN(opens_are_counted_once_each);
	RUN(resets_are_read_off_the_steps);
	RUN(resets_by_guests_are_asked_for);
	RUN(scrubbed_bytes_add_up);
	RUN(quarantines_of_kernel_and_daemon_are_counted);
	RUN(requests_are_counted_by_what_came_of_them);
	RUN(results_tell_refusals_from_failures);
	RUN(labels_are_utf8);
	RUN(text_is_as_it_was);
	RUN(text_is_read_by_a_parser);
	RUN(socket_answers_http);
	RUN(socket_sends_much_in_pieces);
	RUN(socket_cuts_off_who_asks_too_much);
	RUN(socket_is_for_root_and_goes_with_the_daemon);
	return tap_end();
}
