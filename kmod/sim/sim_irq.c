// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt messages of a board.
 *
 * The function has ordinary MSI or MSI-X of the machine's default domain; Linux writes the table
 * into the memory of BAR0. MSI means one message for everything. Sending a message means to inject
 * the interrupt that Linux allotted to the entry, which must happen in process context, hence the
 * work. What masking and bus mastering forbid is kept pending and tried again: nobody tells us
 * when a mask is lifted.
 *
 * Which interrupt is raised when is the business of sim_intr.c.
 */
#include <linux/bitops.h>
#include <linux/interrupt.h>
#include <linux/io.h>

#include "sim.h"

#define RETRY	msecs_to_jiffies(10)

enum verdict {
	SEND,
	HOLD,
	DROP,
};

static void set_pending(struct sim_board *board, unsigned int entry, bool on)
{
	void __iomem *word = board->bar0 + SIM_MSIX_PBA + entry / 32 * 4;
	u32 bit = BIT(entry % 32);

	iowrite32(on ? ioread32(word) | bit : ioread32(word) & ~bit, word);
}

static bool is_masked(struct sim_board *board, unsigned int entry)
{
	u32 at = SIM_MSIX_TABLE + entry * PCI_MSIX_ENTRY_SIZE + PCI_MSIX_ENTRY_VECTOR_CTRL;

	return ioread32(board->bar0 + at) & PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

static bool is_master(const struct sim_function *fn)
{
	return sim_config_read(fn, PCI_COMMAND, 2) & PCI_COMMAND_MASTER;
}

static enum verdict judge_msix(struct sim_board *board, unsigned int entry)
{
	struct sim_function *fn = board->function[SIM_GPU];
	u32 flags = sim_config_read(fn, fn->msix + PCI_MSIX_FLAGS, 2);
	bool hold;

	if (!(flags & PCI_MSIX_FLAGS_ENABLE) || entry > (flags & PCI_MSIX_FLAGS_QSIZE))
		return DROP;
	hold = flags & PCI_MSIX_FLAGS_MASKALL || is_masked(board, entry) || !is_master(fn);
	set_pending(board, entry, hold);
	return hold ? HOLD : SEND;
}

static enum verdict judge_msi(struct sim_board *board)
{
	struct sim_function *fn = board->function[SIM_GPU];

	if (!(sim_config_read(fn, fn->msi + PCI_MSI_FLAGS, 2) & PCI_MSI_FLAGS_ENABLE))
		return DROP;
	return is_master(fn) ? SEND : HOLD;
}

static enum verdict judge_locked(struct sim_board *board, unsigned int entry)
{
	if (sim_fault_silent(board))
		return DROP;
	if (board->function[SIM_GPU]->msix)
		return judge_msix(board, entry);
	return judge_msi(board);
}

static enum verdict judge(struct sim_board *board, unsigned int entry)
{
	enum verdict verdict;
	unsigned long flags;

	raw_spin_lock_irqsave(&board->lock, flags);
	verdict = judge_locked(board, entry);
	raw_spin_unlock_irqrestore(&board->lock, flags);
	return verdict;
}

/* The device is looked up anew, because it may have been removed and found again. */
static void inject(struct sim_board *board, unsigned int entry)
{
	struct pci_dev *pdev = pci_get_slot(board->bus, PCI_DEVFN(board->desc.slot, SIM_GPU));
	int irq;

	if (!pdev)
		return;
	irq = pci_irq_vector(pdev, board->function[SIM_GPU]->msix ? entry : 0);
	if (irq > 0)
		irq_inject_interrupt(irq);
	pci_dev_put(pdev);
}

static void send_all(struct work_struct *work)
{
	struct sim_irq *irq = container_of(work, struct sim_irq, work.work);
	struct sim_board *board = container_of(irq, struct sim_board, irq);
	unsigned int entry;
	enum verdict verdict;

	for (entry = 0; entry < BITS_PER_LONG; entry++) {
		if (!test_and_clear_bit(entry, &irq->asked))
			continue;
		verdict = judge(board, entry);
		if (verdict == SEND)
			inject(board, entry);
		else if (verdict == HOLD)
			set_bit(entry, &irq->asked);
	}
	if (READ_ONCE(irq->asked))
		queue_delayed_work(system_highpri_wq, &irq->work, RETRY);
}

/**
 * sim_irq_init() - prepare
 * @board: board
 */
void sim_irq_init(struct sim_board *board)
{
	INIT_DELAYED_WORK(&board->irq.work, send_all);
}

/**
 * sim_irq_fini() - wait for the last message
 * @board: board that cannot raise interrupts any more, its bus still there
 */
void sim_irq_fini(struct sim_board *board)
{
	cancel_delayed_work_sync(&board->irq.work);
}

/**
 * sim_irq_reset() - forget messages that were not sent
 * @board: board. Context: any.
 */
void sim_irq_reset(struct sim_board *board)
{
	WRITE_ONCE(board->irq.asked, 0);
}

/**
 * sim_irq_fire() - send an interrupt message
 * @board: board
 * @entry: MSI-X entry
 *
 * Context: any.
 */
void sim_irq_fire(struct sim_board *board, unsigned int entry)
{
	if (READ_ONCE(board->faults.lost_irq))
		return;
	set_bit(entry, &board->irq.asked);
	mod_delayed_work(system_highpri_wq, &board->irq.work, 0);
}
