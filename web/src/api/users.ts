import type { Language } from '../words';
import { get, many, one, patch, post, remove } from './client';
import type { Many, One } from './client';
import type { Role } from './session';

export interface User {
    id: number;
    name: string;
    email: string;
    role: Role;
    is_active: boolean;
    locale: Language;
    totp_enabled: boolean;
    /** A user who may change wallets; others may anyway. */
    edits_wallets: boolean;
    last_seen_at: string | null;
    created_at: string;
    site_ids: number[];
    site_group_ids: number[];
    all_sites: boolean;
}

export interface UserChange {
    name?: string;
    email?: string;
    role?: Role;
    password?: string;
    is_active?: boolean;
    edits_wallets?: boolean;
    site_ids?: number[];
    site_group_ids?: number[];
}

export const listUsers = (): Promise<User[]> => many(get<Many<User>>('/users'));
/** By which a person sets a password. */
export interface ResetLink {
    url: string;
    expires_at: string;
}

export const addUser = (user: UserChange): Promise<User & { reset_link?: ResetLink }> =>
    one(post<One<User & { reset_link?: ResetLink }>>('/users', user));
export const changeUser = (id: number, change: UserChange): Promise<User> => one(patch<One<User>>(`/users/${id}`, change));
export const resetLink = (id: number): Promise<ResetLink> => one(post<One<ResetLink>>(`/users/${id}/reset-links`));
export const dropTotp = (id: number): Promise<void> => remove(`/users/${id}/totp`);
export const dropSessions = (id: number): Promise<void> => remove(`/users/${id}/sessions`);
