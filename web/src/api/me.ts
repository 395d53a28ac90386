import { get, many, one, patch, post, put, remove } from './client';
import type { Many, One } from './client';
import type { Account, Session } from './session';

export type OwnChange = Partial<Pick<Account, 'name' | 'email' | 'locale' | 'time_zone' | 'theme'>> & {
    current_password?: string;
};

export interface OpenSession {
    id: number;
    current: boolean;
    ip: string;
    user_agent: string;
    created_at: string;
    seen_at: string;
}

export interface PersonalToken {
    id: number;
    name: string;
    scope: 'read' | 'write';
    last_used_at: string | null;
    expires_at: string | null;
    created_at: string;
}

export const changeMe = (change: OwnChange): Promise<Session> => one(patch<One<Session>>('/me', change));
export const changePassword = (current_password: string, password: string): Promise<void> =>
    put('/me/password', { current_password, password });

export const mySessions = (): Promise<OpenSession[]> => many(get<Many<OpenSession>>('/me/sessions'));
export const endSession = (id: number): Promise<void> => remove(`/me/sessions/${id}`);
export const endOtherSessions = (): Promise<void> => remove('/me/sessions');

export const beginTotp = (current_password: string): Promise<{ secret: string; uri: string }> =>
    one(post<One<{ secret: string; uri: string }>>('/me/totp', { current_password }));
export const confirmTotp = async (code: string): Promise<string[]> =>
    (await one(put<One<{ recovery_codes: string[] }>>('/me/totp', { code }))).recovery_codes;
export const endTotp = (current_password: string): Promise<void> => remove('/me/totp', { current_password });
export const newRecoveryCodes = async (current_password: string): Promise<string[]> =>
    (await one(post<One<{ recovery_codes: string[] }>>('/me/totp/recovery-codes', { current_password }))).recovery_codes;

export const myTokens = (): Promise<PersonalToken[]> => many(get<Many<PersonalToken>>('/me/tokens'));
export const addToken = (token: {
    name: string;
    scope: 'read' | 'write';
    expires_at?: string;
}): Promise<PersonalToken & { token: string }> => one(post<One<PersonalToken & { token: string }>>('/me/tokens', token));
export const revokeToken = (id: number): Promise<void> => remove(`/me/tokens/${id}`);
