// A MariaDB server of our own, on the same disk, durable as the manual asks for.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import net from 'node:net'
import { resolve } from 'node:path'
import { sleep } from './program.mjs'

export const freePort = () => new Promise((done) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address()
        probe.close(() => done(port))
    })
})

// mariadbd goes into its data directory, so all paths are absolute.
export async function startMariaDb(name) {
    const folder = resolve(name)
    mkdirSync(folder, { recursive: true })
    const user = process.getuid() === 0 ? ['--user=root'] : []
    execFileSync('mariadb-install-db', ['--no-defaults', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal', ...user], { stdio: 'ignore' })
    const port = await freePort()
    const socket = `${folder}/socket`
    const server = spawn('mariadbd', ['--no-defaults', `--datadir=${folder}/data`, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1',
        '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=1', '--innodb-buffer-pool-size=512M', '--innodb-log-file-size=512M',
        '--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin', `--log-error=${folder}/log`, ...user], { stdio: 'ignore' })
    const sql = (text) => execFileSync('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`], { input: text, stdio: ['pipe', 'pipe', 'ignore'] })
    for (let tries = 0; ; ++tries) {
        try {
            sql("CREATE USER bench@'127.0.0.1' IDENTIFIED BY 'bench'; GRANT ALL ON *.* TO bench@'127.0.0.1'; CREATE DATABASE sample; CREATE DATABASE target;")
            break
        } catch (error) {
            if (tries > 300) throw error
            await sleep(100)
        }
    }
    return {
        address: ['127.0.0.1', `${port}`, 'bench', 'bench'],
        url: (name) => `mysql://bench:bench@127.0.0.1:${port}/${name}`,
        stop: () => new Promise((done) => server.once('exit', done) && server.kill('SIGTERM')),
    }
}
