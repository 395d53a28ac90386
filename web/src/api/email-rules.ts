import { get, many, one, post, remove } from './client';
import type { Many, One } from './client';

export type RuleVerdict = 'hold' | 'pass';
export type RuleKind = 'address' | 'domain' | 'pattern';

/** Whose orders wait for a person whatever else speaks for them, and whose never do. */
export interface EmailRule {
    id: number;
    verdict: RuleVerdict;
    kind: RuleKind;
    value: string;
    note: string | null;
    created_at: string;
}

export const listEmailRules = (): Promise<EmailRule[]> => many(get<Many<EmailRule>>('/email-rules'));
export const addEmailRule = (rule: Omit<EmailRule, 'id' | 'created_at'>): Promise<EmailRule> =>
    one(post<One<EmailRule>>('/email-rules', rule));
export const removeEmailRule = (id: number): Promise<void> => remove(`/email-rules/${id}`);
