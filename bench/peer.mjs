// A public server of the Pusher protocol from npm to compare ours with: soketi. It is installed for the bench alone, since it
// is large, and its uWebSockets.js, which npm has not, is replaced by the same from npm, built for Node 16, 18 and 20.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { freePort } from './mariadb.mjs'
import { sleep } from './program.mjs'

const folder = 'build/bench/peer'
const app = { id: 'bench', key: 'bench-key', secret: 'bench-secret' }
const packages = {
    private: true, dependencies: { '@soketi/soketi': '1.6.1' },
    overrides: { 'uWebSockets.js': 'npm:@trufflesuite/uws-js-unofficial@20.30.0-unofficial.0' },
}

function install() {
    const program = `${folder}/node_modules/@soketi/soketi/bin/server.js`
    if (existsSync(program)) return program
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/package.json`, JSON.stringify(packages))
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 })
    return program
}

/** Running, or `{ problem }`: why there is none. */
export async function startPeer() {
    try {
        const program = install()
        const port = await freePort()
        const env = {
            ...process.env, SOKETI_HOST: '127.0.0.1', SOKETI_PORT: `${port}`, SOKETI_METRICS_ENABLED: '0', SOKETI_DEFAULT_APP_ID: app.id,
            SOKETI_DEFAULT_APP_KEY: app.key, SOKETI_DEFAULT_APP_SECRET: app.secret,
        }
        const child = spawn(process.execPath, [program, 'start'], { env, stdio: 'ignore' })
        const peer = new Peer(child, port)
        for (let tries = 0; !(await peer.answers()); ++tries) {
            if (tries > 100 || child.exitCode !== null) {
                await peer.stop()
                throw new Error('it does not start')
            }
            await sleep(100)
        }
        return peer
    } catch (error) {
        return { problem: String(error.stderr ?? error.message).trim().split('\n')[0] }
    }
}

class Peer {
    constructor(child, port) {
        Object.assign(this, { child, port, app, name: 'soketi 1.6.1', url: `http://127.0.0.1:${port}` })
    }

    answers() {
        return fetch(this.url).then((reply) => reply.ok, () => false)
    }

    memory() {
        return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))[1]) / 1024
    }

    // It takes its time over SIGTERM, and has nothing to save.
    async stop() {
        const ended = new Promise((done) => this.child.once('exit', done))
        if (this.child.exitCode !== null || this.child.signalCode !== null) return
        this.child.kill('SIGKILL')
        await ended
    }
}
