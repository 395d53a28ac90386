import { amountOf, unitsOf } from '../../amount';
import { Failure, freshKey } from '../../api/client';
import type { Site } from '../../api/sites';
import { changeWallet } from '../../api/wallets';
import type { Operation, Transaction, Wallet } from '../../api/wallets';
import { money } from '../../format';
import { fill, html, part } from '../../html';
import { plainDecimal } from '../../parts/form';
import { openFormDialog } from '../../parts/form-dialog';
import { toast, toastFailure } from '../../parts/toast';
import { t, wordIfKnown } from '../../words';

const freshId = (): string => `crm-${freshKey()}`;

// Operations of which nobody knows whether they arrived, by whose they are: who asks for the same again asks for that one.
const undecided = new Map<string, string>();

// What a change leaves in the wallet; undefined while nothing is typed that is an amount.
function balanceAfter(operation: Operation, balance: string, typed: string): string | undefined {
    const [now, by] = [unitsOf(balance), unitsOf(plainDecimal(typed))];
    if (now === undefined || by === undefined) return undefined;
    if (operation === 'set') return amountOf(by);
    return amountOf(operation === 'credit' ? now + by : now - by);
}

function tell(row: Transaction, wallet: Wallet): void {
    if (row.state === 'asked') return toast({ kind: 'note', title: t('wallet.asked'), text: t('wallet.asked_text') });
    toast({
        kind: 'done',
        title: t(`wallet.done_${row.operation ?? 'set'}`),
        text: t('wallet.now', { balance: money(row.balance, row.currency ?? wallet.currency) }),
    });
}

/**
 * Asks for an amount and a reason, and has the shop do it. The shop may have moved on since the page was read: then it shows
 * what is there now, and asks again.
 */
export function openChange(site: Site, wallet: Wallet, operation: Operation, changed: () => void): void {
    const whose = `${site.id} ${wallet.user_id} ${operation}`;
    let balance = wallet.balance,
        id = undecided.get(whose) ?? freshId();
    const dialog = openFormDialog({
        title: t(`wallet.${operation}`),
        before: html`<div class="wallet-about">
            <span class="lines"
                ><span class="line strong">${wallet.display_name ?? wallet.login ?? wallet.email}</span
                ><span class="line second">${wallet.email} · ${site.name}</span></span
            ><span class="wallet-now digits" aria-live="polite"></span>
        </div>`,
        parts: [
            {
                name: 'amount',
                label: t(operation === 'set' ? 'wallet.new_balance' : 'wallet.amount'),
                kind: 'decimal',
                required: true,
                longest: 24,
                placeholder: '0.00',
            },
            {
                name: 'reason',
                label: t('wallet.reason'),
                kind: 'area',
                required: true,
                longest: 500,
                rows: 2,
                help: t('wallet.reason_help'),
            },
        ],
        after: html`<p class="wallet-after" aria-live="polite"></p>`,
        submit: t(`wallet.do_${operation}`),
        danger: operation === 'debit',
        act: async ({ amount, reason }) => {
            try {
                const row = await changeWallet(site.id, wallet.user_id, {
                    operation,
                    amount: String(amount),
                    reason: String(reason),
                    operation_id: id,
                    email: wallet.email,
                    ...(operation === 'set' ? { expected_balance: balance } : {}),
                });
                undecided.delete(whose);
                tell(row, wallet);
                changed();
            } catch (error) {
                if (!(error instanceof Failure)) throw error;
                const failure = mended(error);
                if (!dialog.root.isConnected) toastFailure(t('wallet.not_changed'), failure);
                throw failure;
            }
        },
    });
    const typed = part<HTMLInputElement>(dialog.root, '[name=amount]');
    const show = (): void => {
        const after = balanceAfter(operation, balance, typed.value);
        fill(part(dialog.root, '.wallet-now'), html`${money(balance, wallet.currency)}`);
        fill(
            part(dialog.root, '.wallet-after'),
            html`${after !== undefined && t('wallet.will_be', { balance: money(after, wallet.currency) })}`,
        );
    };
    typed.addEventListener('input', show);
    show();

    function mended(failure: Failure): Failure {
        changed();
        const { status, errors, message } = failure;
        const { code, balance: there } = failure.told;
        const why = code === undefined ? undefined : wordIfKnown('wallet_code', code);
        // Of what may have been done the id stays: a second try then does nothing twice.
        if (status === 0 || (status >= 500 && code === undefined)) {
            undecided.set(whose, id);
            return new Failure(status, t('wallet.no_answer'));
        }
        if (code === undefined && !errors.operation_id) return failure;
        undecided.delete(whose);
        id = freshId();
        if (errors.operation_id) return new Failure(status, t('wallet.arrived'));
        if (there === undefined)
            return why ? new Failure(status, t('wallet.because', { why })) : new Failure(status, message);
        balance = there;
        show();
        const said = { balance: money(there, wallet.currency) };
        return code === 'smgcrm_insufficient_funds'
            ? new Failure(status, '', { amount: [t('wallet.too_little', said)] })
            : new Failure(status, t('wallet.differs', said));
    }
}
