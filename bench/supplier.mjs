// A supplier that knows every order: `node bench/supplier.mjs LATENCY_MS`. What it says of an order changes with each
// question, so that each answer is written down. GET /counts.
import http from 'node:http'

const latency = Number(process.argv[2] ?? 0)
const counts = { calls: 0, orders: 0 }

function answer(fields) {
    if (fields.get('action') === 'balance') return { balance: '100.84292', currency: 'USD' }
    const ids = (fields.get('orders') ?? '').split(',')
    counts.calls += 1
    counts.orders += ids.length
    return Object.fromEntries(ids.map((id) =>
        [id, { charge: '0.27819', start_count: '3572', status: 'In progress', remains: `${1 + (counts.calls % 90)}`, currency: 'USD' }]))
}

const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (text) => (body += text))
    request.on('end', () => {
        const reply = (value) => response.end(JSON.stringify(value))
        if (request.url === '/counts') return reply(counts)
        setTimeout(() => reply(answer(new URLSearchParams(body))), latency)
    })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ listening: `127.0.0.1:${server.address().port}` })))
