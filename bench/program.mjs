// The program under test, and what runs beside it.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

export const binary = process.env.SMGCRM_BINARY ?? 'build/release/smgcrm'
export const built = (name) => `build/release/bench/${name}`

/** A child process that says on its first line where it listens. */
export class Program {
    static async start(file, args, { env = {}, log = 'ignore' } = {}) {
        const began = performance.now()
        const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', log] })
        const line = await new Promise((done, fail) => {
            createInterface({ input: child.stdout }).once('line', done).once('close', () => fail(new Error(`${file} ended`)))
        })
        return new Program(child, JSON.parse(line).listening, performance.now() - began)
    }

    constructor(child, address, readyMs) {
        Object.assign(this, { child, address, readyMs, url: `http://${address}` })
    }

    /** Resident memory in MiB. */
    memory() {
        return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))[1]) / 1024
    }

    async stop() {
        const ended = new Promise((done) => this.child.once('exit', done))
        if (this.child.exitCode === null) this.child.kill('SIGTERM')
        else return
        await ended
    }
}

/** A data directory, and the database that belongs to it. */
export class Installation {
    constructor(data, database = '') {
        this.data = data
        this.place = ['--data', data]
        this.env = { SMGCRM_TOKEN_RATE: '1000000', SMGCRM_LOG_LEVEL: 'error', ...(database && { SMGCRM_DATABASE: database }) }
    }

    command(...words) {
        const out = execFileSync(binary, [...words, ...this.place], { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'ignore'] })
        return out.length > 0 ? JSON.parse(out) : {}
    }

    /** A shop; gives its token. */
    addSite(number = 1) {
        return this.command('site', 'add', '--url', `https://shop${number}.example`, '--name', `Shop ${number}`, '--currency', 'UAH').token
    }

    addSupplier(number, api) {
        return this.command('supplier', 'add', '--supplier-id', `${number}`, '--name', `Supplier ${number}`, '--url', api, '--key', 'k', '--allow-private').id
    }

    addToken(role) {
        return this.command('token', 'add', '--role', role, '--name', 'bench').token
    }

    /** Settings, all or none. */
    set(values) {
        this.command('setting', 'set', ...Object.entries(values).flat())
    }

    serve(roles = 'web,realtime,worker,scheduler') {
        return Program.start(binary, ['serve', '--listen', '127.0.0.1:0', '--roles', roles, ...this.place], { env: this.env })
    }
}

export const simulator = (latency = 0) =>
    Program.start(binary, ['simulate', 'supplier', '--listen', '127.0.0.1:0', '--latency-ms', `${latency}`])

/** Runs SQL on a SQLite file that no program holds, or reads one that is in use. */
export const sqlite = (file, sql) => execFileSync('sqlite3', ['-bail', '-cmd', '.timeout 10000', file], { input: sql, encoding: 'utf8', maxBuffer: 1 << 28 }).trim()

/** wrk with a script of this folder; gives what its done() printed. */
export function wrk(script, url, { connections = 32, seconds = 10, token }) {
    return new Promise((done, fail) => {
        const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', `bench/${script}`, url]
        const child = spawn('wrk', args, { env: { ...process.env, API_TOKEN: token }, stdio: ['ignore', 'pipe', 'inherit'] })
        let out = ''
        child.stdout.on('data', (text) => (out += text))
        child.on('exit', () => {
            const found = /^RESULT (.*)$/m.exec(out)
            if (found) done(JSON.parse(found[1]))
            else fail(new Error(`wrk: ${out}`))
        })
    })
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
export const now = () => performance.timeOrigin + performance.now()

/** The value below which the given part of all lies. */
export function percentile(values, part) {
    const sorted = [...values].sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)]
}
