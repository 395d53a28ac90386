import axios from 'axios';
import type { AxiosError, AxiosRequestConfig, InternalAxiosRequestConfig } from 'axios';

import { language, t } from '../words';
import { connectionAnswered, connectionLost } from './connection';

/** Field → what is wrong with it. */
export type FieldErrors = Record<string, string[]>;

/** What the server says when somebody else was quicker. */
export interface Conflict {
    kind?: string;
    actor?: string;
    at?: string;
    status?: string;
}

/** What a refusal about a shop's wallet says besides: the plugin's word for it, and what is there. */
export interface Told {
    code?: string;
    balance?: string;
}

interface ErrorBody extends Told {
    message?: string;
    errors?: FieldErrors;
    conflict?: Conflict;
}

/** A call that did not do what was asked; `status` is 0 when no answer came. */
export class Failure extends Error {
    constructor(
        readonly status: number,
        message: string,
        readonly errors: FieldErrors = {},
        readonly conflict?: Conflict,
        readonly retryAfterS?: number,
        readonly told: Told = {},
    ) {
        super(message);
    }
}

// Our own token goes by a header, see below: without a name for its cookie, Axios need not ask the browser for one each time.
const http = axios.create({
    baseURL: '/api/v1',
    timeout: 30_000,
    headers: { Accept: 'application/json' },
    xsrfCookieName: '',
});

let csrf = '';
export function useCsrf(token: string): void {
    csrf = token;
}
export function csrfToken(): string {
    return csrf;
}

/** Asks the person to sign in again; false when they would rather not. The shell knows how. */
let signInAgain: () => Promise<boolean> = () => Promise.resolve(false);
export function whenSessionEnds(ask: () => Promise<boolean>): void {
    signInAgain = ask;
}

/** Reads the session anew: another tab may have begun another one. */
let freshCsrf: () => Promise<void> = () => Promise.resolve();
export function whenCsrfIsOld(renew: () => Promise<void>): void {
    freshCsrf = renew;
}

http.interceptors.request.use((config) => {
    config.headers.set('Accept-Language', language());
    if (config.method !== 'get') config.headers.set('X-CSRF-Token', csrf);
    return config;
});

http.interceptors.response.use(
    (response) => {
        connectionAnswered();
        return response;
    },
    async (error: AxiosError<ErrorBody>) => {
        const status = error.response?.status ?? 0;
        const config = error.config as (InternalAxiosRequestConfig & { asked?: boolean }) | undefined;
        if (axios.isCancel(error)) throw error;
        // Our own 503 says why; one without a word is a proxy's.
        const away = status === 0 || status === 502 || status === 504 || (status === 503 && !error.response?.data.message);
        if (away) connectionLost();
        else connectionAnswered();
        // The one repeat of a request: nothing was done, since the server did not know who asked.
        if (config && !config.asked && !config.url?.startsWith('/session')) {
            const again = { ...config, asked: true } as InternalAxiosRequestConfig;
            if (status === 401 && (await signInAgain())) return http.request(again);
            if (status === 403 && config.method !== 'get') {
                const before = csrf;
                await freshCsrf();
                if (csrf !== before) return http.request(again);
            }
        }
        throw failureOf(error, status);
    },
);

function failureOf(error: AxiosError<ErrorBody>, status: number): Failure {
    const body = error.response?.data;
    const wait = Number(error.response?.headers['retry-after']);
    const retryAfterS = Number.isFinite(wait) && wait > 0 ? wait : undefined;
    const message = status === 0 ? t('error.no_answer') : (body?.message ?? t('error.status', { status: String(status) }));
    return new Failure(status, message, body?.errors, body?.conflict, retryAfterS, body);
}

type Params = Record<string, string | number | boolean | undefined>;

export async function get<T>(path: string, params?: Params, signal?: AbortSignal): Promise<T> {
    return (await http.get<T>(path, { params, signal })).data;
}

async function send<T>(method: string, path: string, data?: unknown, config?: AxiosRequestConfig): Promise<T> {
    return (await http.request<T>({ method, url: path, data, ...config })).data;
}

export const post = <T>(path: string, body?: unknown, config?: AxiosRequestConfig): Promise<T> =>
    send<T>('post', path, body, config);
export const put = <T>(path: string, body?: unknown, config?: AxiosRequestConfig): Promise<T> =>
    send<T>('put', path, body, config);
export const patch = <T>(path: string, body?: unknown): Promise<T> => send<T>('patch', path, body);
export const remove = <T = void>(path: string, body?: unknown): Promise<T> => send<T>('delete', path, body);

export interface One<T> {
    data: T;
}

export interface Many<T> {
    data: T[];
    meta?: { next_cursor?: number | null; count?: string };
}

export const one = async <T>(call: Promise<One<T>>): Promise<T> => (await call).data;
export const many = async <T>(call: Promise<Many<T>>): Promise<T[]> => (await call).data;

/** For what must not be done twice when the answer to it is lost and it is sent again. */
export function onceOnly(key: string): AxiosRequestConfig {
    return { headers: { 'Idempotency-Key': key } };
}

export function freshKey(): string {
    return crypto.randomUUID();
}
