// A hundred people who sign in at once.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { send } from '../client.mjs'
import { Installation, binary, now, percentile } from '../program.mjs'

const people = 100, password = 'correct horse battery'

export async function signIn({ folder }) {
    const installation = new Installation(`${folder}/sign-in`)
    installation.env.SMGCRM_TRUSTED_PROXIES = '127.0.0.1' // each from an address of their own
    execFileSync(binary, ['user', 'add', '--email', 'one@example.com', '--name', 'One', '--role', 'user', '--password-stdin', ...installation.place],
        { input: password, stdio: ['pipe', 'ignore', 'inherit'], env: { ...process.env, ...installation.env } })
    installation.env.SMGCRM_BASE_URL = 'https://crm.example'
    const server = await installation.serve()
    try {
        const quiet = server.memory()
        const signInOnce = async (i) => {
            const began = now()
            const { status, at } = await send(`${server.url}/api/v1/session`, {
                method: 'POST', headers: { 'X-Forwarded-For': `203.0.113.${i}` },
                body: { email: i % 2 ? 'one@example.com' : `nobody${i}@example.com`, password },
            })
            return { status, took: at - began }
        }
        const all = await Promise.all(Array.from({ length: people }, (_, i) => signInOnce(i)))
        const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024
        const statuses = {}
        for (const { status } of all) statuses[status] = (statuses[status] ?? 0) + 1
        return [{
            name: 'memory with 100 sign-ins at once', figure: peak, unit: ' MiB', most: 300,
            note: `before ${quiet.toFixed(0)} MiB; p50 ${percentile(all.map(({ took }) => took), 0.5).toFixed(0)} ms; answers ${JSON.stringify(statuses)}`,
        }]
    } finally {
        await server.stop()
    }
}
