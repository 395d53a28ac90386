// A MariaDB of our own, with its own data, on 127.0.0.1.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Waits until `ready` gives something, and gives that. */
export async function until(ready, what = 'the condition', patienceMs = 30_000) {
    const end = Date.now() + patienceMs
    for (;;) {
        const found = await ready()
        if (found) return found
        if (Date.now() > end) throw new Error(`${what} did not come`)
        await pause(20)
    }
}

/** Free a moment ago. */
export function freePort() {
    return new Promise((done) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address()
            server.close(() => done(port))
        })
    })
}

function roomyFolder() {
    const room = statfsSync('/dev/shm')
    return room.bavail * room.bsize > 2 ** 30 ? '/dev/shm' : tmpdir()
}

export class MariaDb {
    static async start() {
        const db = new MariaDb()
        db.folder = mkdtempSync(join(roomyFolder(), 'smg-wordpress-'))
        const data = join(db.folder, 'data')
        const user = userInfo().username
        // A server that starts removes the temporary tables of others from a folder that they share.
        const own = `--tmpdir=${join(db.folder, 'tmp')}`
        mkdirSync(join(db.folder, 'tmp'))
        execFileSync('mariadb-install-db', ['--no-defaults', own, `--datadir=${data}`, `--user=${user}`, '--skip-test-db', '--skip-name-resolve',
            '--auth-root-authentication-method=normal', '--innodb-log-file-size=16M'], { stdio: 'ignore' })
        db.port = await freePort()
        db.socket = join(db.folder, 's')
        db.server = spawn('/usr/sbin/mariadbd', ['--no-defaults', own, `--user=${user}`, `--datadir=${data}`, `--socket=${db.socket}`, `--port=${db.port}`,
            '--bind-address=127.0.0.1', '--skip-name-resolve', '--performance-schema=OFF', '--innodb-buffer-pool-size=64M',
            '--innodb-flush-log-at-trx-commit=0', '--key-buffer-size=1M', '--aria-pagecache-buffer-size=1M', '--character-set-server=utf8mb4',
            '--innodb-use-native-aio=OFF'], { stdio: 'ignore' })
        process.once('exit', () => db.server.kill('SIGKILL'))
        await until(() => db.answers(), 'MariaDB')
        return db
    }

    answers() {
        try {
            this.query('SELECT 1')
            return true
        } catch {
            if (this.server.exitCode !== null) throw new Error('mariadbd ended')
            return false
        }
    }

    /** Rows as arrays of texts. */
    query(sql, database = '') {
        const out = execFileSync('mariadb', ['--no-defaults', `--socket=${this.socket}`, '--user=root', '--batch', '--skip-column-names', database].filter(Boolean),
            { input: sql, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 26 })
        return out.split('\n').filter(Boolean).map((line) => line.split('\t'))
    }

    createDatabase(name) {
        this.query(`CREATE DATABASE ${name}; CREATE USER ${name}@127.0.0.1 IDENTIFIED BY 'password'; GRANT ALL ON ${name}.* TO ${name}@127.0.0.1`)
    }

    async stop() {
        const ended = new Promise((done) => this.server.once('exit', done))
        if (this.server.exitCode === null && this.server.kill('SIGTERM')) await ended
        rmSync(this.folder, { recursive: true, force: true })
    }
}
