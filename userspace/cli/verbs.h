/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_VERBS_H
#define NVMUX_CLI_VERBS_H

#include "cli/args.h"

/*
 * The command line in one table: dispatch, --help and completion come from
 * it. A new verb is one row here and one function in the file of its noun.
 */
struct verb {
	const char *noun;
	const char *verb;	/* NULL: the noun is all there is to say */
	const char *args;	/* words, those in brackets may be left out */
	unsigned int options;
	int (*fn)(const struct args *a);	/* its words start after the verb */
	const char *help;
};

extern const struct verb verbs[];	/* ends with noun NULL */

/* cmd-gpu.c */
int cmd_gpu_list(const struct args *a);
int cmd_gpu_show(const struct args *a);
int cmd_gpu_set_partition(const struct args *a);
int cmd_gpu_create_instance(const struct args *a);
int cmd_gpu_delete_instance(const struct args *a);
int cmd_gpu_xml(const struct args *a);
/* cmd-scrub.c */
int cmd_gpu_scrub(const struct args *a);
/* cmd-switch.c */
int cmd_gpu_holders(const struct args *a);
int cmd_gpu_plan(const struct args *a);
int cmd_gpu_set_mode(const struct args *a);
int cmd_gpu_recover(const struct args *a);
/* cmd-type.c */
int cmd_type_list(const struct args *a);
int cmd_type_show(const struct args *a);
/* cmd-vgpu.c */
int cmd_vgpu_list(const struct args *a);
int cmd_vgpu_show(const struct args *a);
int cmd_vgpu_create(const struct args *a);
int cmd_vgpu_delete(const struct args *a);
int cmd_vgpu_xml(const struct args *a);
/* cmd-define.c */
int cmd_vgpu_list_defined(const struct args *a);
int cmd_vgpu_define(const struct args *a);
int cmd_vgpu_undefine(const struct args *a);
int cmd_vgpu_start(const struct args *a);
int cmd_vgpu_stop(const struct args *a);
/* cmd-vm.c */
int cmd_vm_list(const struct args *a);
int cmd_vm_check(const struct args *a);
/* cmd-job.c */
int cmd_job_list(const struct args *a);
int cmd_job_wait(const struct args *a);
int cmd_job_cancel(const struct args *a);
/* cmd-assign.c */
int cmd_vm_assign(const struct args *a);
int cmd_vm_unassign(const struct args *a);
/* cmd-apply.c */
int cmd_plan(const struct args *a);
int cmd_apply(const struct args *a);
int cmd_assert(const struct args *a);
/* cmd-export.c */
int cmd_export(const struct args *a);
/* cmd-driver.c */
int cmd_driver_check(const struct args *a);
/* cmd-metrics.c */
int cmd_metrics(const struct args *a);
/* cmd-doctor.c */
int cmd_doctor(const struct args *a);
/* cmd-monitor.c */
int cmd_monitor(const struct args *a);

/* help.c: @noun NULL: all. Both return an exit code. */
int help_print(const char *noun, FILE *f);
int completion_print(const char *shell, FILE *f);

#endif
