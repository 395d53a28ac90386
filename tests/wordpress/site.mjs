// A real WordPress with the plugin: Debian's package, PHP's own server, a database of its own.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, until } from './mariadb.mjs'

const here = dirname(fileURLToPath(import.meta.url))
export const plugin = join(here, '../../wordpress/smgcrm')
export const adminPassword = 'correct horse battery'
// Debian's, or another version that somebody has at hand.
const packaged = process.env.SMGCRM_WORDPRESS ?? '/usr/share/wordpress'
const quick = ['-d', 'opcache.enable_cli=1', '-d', 'opcache.validate_timestamps=0', '-d', 'error_reporting=-1', '-d', 'display_errors=0']

export const sha256 = (text) => createHash('sha256').update(text).digest('hex')
export const hmac = (key, text) => createHmac('sha256', key).update(text).digest('hex')

/** WordPress itself, once for all sites: Debian's links point elsewhere when they are copied, so what they point to is. */
export function copyWordPress(to) {
    execFileSync('cp', ['-aL', packaged, to])
    for (const file of ['wp-config.php', 'run.php']) copyFileSync(join(here, 'php', file), join(to, file))
    return to
}

export class Site {
    /** Options: permalinks, language, standIns (names of files in stand-ins/), orders ('hpos' or 'classic'), workers. */
    static async start(db, root, name, { permalinks = '', language = '', standIns = [], orders = 'classic', workers = 8, port } = {}) {
        const site = new Site()
        const content = join(db.folder, name)
        Object.assign(site, { db, root, name, content, port: port ?? (await freePort()), plain: permalinks === '' })
        site.url = `http://127.0.0.1:${site.port}`
        for (const folder of ['plugins', 'mu-plugins', 'themes', 'uploads']) mkdirSync(join(content, folder), { recursive: true })
        cpSync(plugin, join(content, 'plugins/smgcrm'), { recursive: true })
        for (const standIn of standIns) copyFileSync(join(here, `stand-ins/${standIn}.php`), join(content, `mu-plugins/${standIn}.php`))
        // WordPress offers the languages of which it has a file, whatever is in it.
        mkdirSync(join(content, 'languages'))
        if (language) copyFileSync(join(plugin, `languages/smgcrm-${language}.mo`), join(content, `languages/${language}.mo`))
        db.createDatabase(name)
        site.env = { ...process.env, SITE_DATABASE: name, SITE_DB_HOST: `127.0.0.1:${db.port}`, SITE_URL: site.url, SITE_CONTENT: content, SITE_ORDERS: orders }
        execFileSync('php', [...quick, join(here, 'php/install.php'), root, permalinks, language], { env: site.env, stdio: ['ignore', 'ignore', 'inherit'] })
        site.server = spawn('php', [...quick, '-S', `127.0.0.1:${site.port}`, '-t', root, join(here, 'php/router.php')],
            { env: { ...site.env, PHP_CLI_SERVER_WORKERS: String(workers) }, stdio: 'ignore', detached: true })
        process.once('exit', () => site.stop())
        await until(() => fetch(`${site.url}/wp-cron.php`).then((reply) => reply.ok, () => false), `the site ${name}`)
        return site
    }

    /** Runs PHP inside the site; gives what it returns. */
    async run(code, { admin = false } = {}) {
        const reply = await fetch(`${this.url}/run.php${admin ? '?admin' : ''}`, { method: 'POST', body: code, headers: { 'Content-Type': 'text/plain' } })
        const text = await reply.text()
        try {
            return JSON.parse(text)
        } catch {
            throw new Error(`${code}\ngave ${reply.status} ${text}\n${this.complaints().join('\n')}`)
        }
    }

    query(sql) {
        return this.db.query(sql, this.name)
    }

    activate() {
        return this.run("$failed = activate_plugin('smgcrm/smgcrm.php'); return is_wp_error($failed) ? $failed->get_error_message() : 'ok';")
    }

    /** As the settings page would. */
    connect(url, token, webhook = '') {
        this.token = token
        this.webhook = webhook
        const settings = `array_merge(get_option('smgcrm_settings'), array('url' => '${url}'))`
        return this.run(`update_option('smgcrm_settings', ${settings}); update_option('smgcrm_secrets', array('token' => '${token}', 'webhook' => '${webhook}', 'key' => '')); return 1;`)
    }

    address(route, query = '') {
        if (this.plain) return `${this.url}/?rest_route=/smgcrm/v1/${route}${query && '&'}${query}`
        return `${this.url}/wp-json/smgcrm/v1/${route}${query && '?'}${query}`
    }

    /** What the CRM sends. `forge` changes what is signed, key, nonce or timestamp; `headers` what is sent. */
    async signed(method, route, { query = '', body, forge = {}, headers = {} } = {}) {
        const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
        const about = { key: hmac(this.token, 'smgcrm-sign-v1'), timestamp: String(Math.floor(Date.now() / 1000)), nonce: randomBytes(16).toString('hex'), ...forge }
        const words = ['v1', about.method ?? method, `/smgcrm/v1/${(about.route ?? route).replace(/\/$/, '')}`, about.query ?? query, about.timestamp, about.nonce, sha256(about.body ?? text)]
        const reply = await fetch(this.address(route, query), {
            method, redirect: 'manual', body: method === 'GET' ? undefined : text,
            headers: { ...(text && { 'Content-Type': 'application/json' }), 'X-SMG-Timestamp': about.timestamp, 'X-SMG-Nonce': about.nonce, 'X-SMG-Signature': hmac(about.key, words.join('\n')), ...headers },
        })
        return answerOf(reply)
    }

    /** What the CRM's webhook sends (docs/webhooks.md). */
    async event(event, data, { secret = this.webhook, timestamp = String(Math.floor(Date.now() / 1000)), sent } = {}) {
        const body = JSON.stringify({ id: `evt_${randomBytes(16).toString('hex')}`, event, created_at: new Date().toISOString(), data })
        const reply = await fetch(this.address('order-event'), {
            method: 'POST', body: sent ?? body,
            headers: { 'Content-Type': 'application/json', 'X-SMG-Event': event, 'X-SMG-Timestamp': timestamp, 'X-SMG-Signature': `sha256=${hmac(secret, `${timestamp}.${body}`)}` },
        })
        return answerOf(reply)
    }

    /** WordPress's own clockwork, once. */
    cron() {
        return fetch(`${this.url}/wp-cron.php?doing_wp_cron`)
    }

    /** What a test provokes is no complaint, then or later. */
    expects(pattern) {
        this.provoked = [...(this.provoked ?? []), pattern]
    }

    /** Lines of the log that a problem of ours would leave. */
    complaints() {
        const log = join(this.content, 'debug.log')
        if (!existsSync(log)) return []
        return readFileSync(log, 'utf8').split('\n').filter((line) => /PHP (Fatal|Parse|Warning|Notice|Deprecated|Recoverable)|database error|doing it wrong|smgcrm:/i.test(line))
            .filter((line) => !this.expected?.test(line) && !this.provoked?.some((one) => one.test(line)))
            .filter((line) => line.includes('smgcrm') || /PHP (Fatal|Parse)|database error/.test(line))
    }

    stop() {
        try {
            process.kill(-this.server.pid, 'SIGKILL') // The workers outlive their parent otherwise.
        } catch {
            // Gone already.
        }
    }
}

async function answerOf(reply) {
    const text = await reply.text()
    let body
    try {
        body = JSON.parse(text)
    } catch {
        body = undefined
    }
    return { status: reply.status, headers: reply.headers, body, text }
}

/** Somebody in front of the dashboard. */
export class Visitor {
    constructor(site) {
        this.site = site
        this.cookies = new Map([['wordpress_test_cookie', 'WP Cookie check']])
    }

    async open(path, form) {
        const reply = await fetch(path.startsWith('http') ? path : `${this.site.url}/wp-admin/${path}`, {
            method: form ? 'POST' : 'GET', redirect: 'manual', body: form && new URLSearchParams(form),
            headers: { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        })
        for (const line of reply.headers.getSetCookie()) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
            this.cookies.set(name, value)
        }
        return { status: reply.status, location: reply.headers.get('location'), text: await reply.text() }
    }

    async signIn(login, password = adminPassword) {
        const { status } = await this.open(`${this.site.url}/wp-login.php`, { log: login, pwd: password, testcookie: '1' })
        if (status !== 302) throw new Error(`${login} was not let in`)
        return this
    }
}

/** The hidden and filled fields of the form on a page that has this in it. */
export function formOf(page, mark) {
    const form = page.split('<form').find((piece) => piece.includes(mark)) ?? ''
    const fields = {}
    for (const [tag] of form.split('</form>')[0].matchAll(/<input[^>]*>/g)) {
        const name = /name="([^"]*)"/.exec(tag)?.[1]
        const type = /type="([^"]*)"/.exec(tag)?.[1]
        if (!name || (type === 'checkbox' && !/checked/.test(tag))) continue
        fields[name] = (/value="([^"]*)"/.exec(tag)?.[1] ?? '').replaceAll('&amp;', '&')
    }
    return fields
}
