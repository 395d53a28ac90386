import type { Language } from '../words';
import { get, one, post, remove } from './client';
import type { One } from './client';

export type Role = 'user' | 'manager' | 'admin';
export type Theme = 'system' | 'light' | 'dark';

export interface Account {
    id: number;
    name: string;
    email: string;
    role: Role;
    locale: Language;
    time_zone: string;
    theme: Theme;
    totp_enabled: boolean;
}

export interface Session {
    user: Account;
    csrf: string;
    all_sites: boolean;
    version: string;
}

export interface SecondFactor {
    second_factor: true;
}

export const isHalf = (answer: Session | SecondFactor): answer is SecondFactor => 'second_factor' in answer;

export const setupNeeded = async (): Promise<boolean> => (await one(get<One<{ needed: boolean }>>('/setup'))).needed;

export interface FirstAccount {
    token: string;
    name: string;
    email: string;
    password: string;
    locale: Language;
}

export const setUp = (account: FirstAccount): Promise<Session> => one(post<One<Session>>('/setup', account));
export const readSession = (): Promise<Session> => one(get<One<Session>>('/session'));
export const signIn = (email: string, password: string): Promise<Session | SecondFactor> =>
    one(post<One<Session | SecondFactor>>('/session', { email, password }));
export const secondFactor = (code: string): Promise<Session> => one(post<One<Session>>('/session/second-factor', { code }));
export const signOut = (): Promise<void> => remove('/session');
export const resetPassword = (token: string, password: string): Promise<void> =>
    post('/password-resets', { token, password });
