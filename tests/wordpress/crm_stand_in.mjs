// A stand-in for the CRM: takes orders as the real one answers, remembers every request, and can be made to fail.
import http from 'node:http'

export class CrmStandIn {
    static async start(port = 0) {
        const crm = new CrmStandIn()
        Object.assign(crm, { requests: [], orders: new Map(), shown: new Map(), token: 'smg_1_token-of-the-stand-in', faults: [], cancels: true })
        await crm.listen(port)
        return crm
    }

    async listen(port = this.port) {
        this.server = http.createServer((request, response) => this.take(request, response))
        await new Promise((done) => this.server.listen(port, '127.0.0.1', done))
        this.port = this.server.address().port
        this.url = `http://127.0.0.1:${this.port}`
    }

    async take(request, response) {
        let text = ''
        for await (const piece of request) text += piece
        const one = { method: request.method, path: request.url, headers: request.headers, body: text ? JSON.parse(text) : null }
        this.requests.push(one)
        const fault = this.faults.shift()
        if (fault === 'hang up') return response.destroy()
        if (fault === 'lost answer') {
            this.answer(one)
            return response.destroy()
        }
        const { status, body, headers = {} } = fault ?? this.answer(one)
        response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
        response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }

    answer({ method, path, headers, body }) {
        if (headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: { message: 'Unauthenticated.' } }
        if (method === 'POST' && path === '/api/v1/createOrder') {
            if (!body.client_email) return { status: 422, body: { message: 'Wrong.', errors: { client_email: ['The client email field is required.'] } } }
            if (body.quantity !== undefined && !Number.isInteger(body.quantity)) return { status: 422, body: { message: 'Wrong.', errors: { quantity: ['The quantity field must be an integer.'] } } }
            const key = `${body.wp_order_number}|${body.item_id}`
            if (!this.orders.has(key)) this.orders.set(key, { order_id: 100 + this.orders.size, wp_order_number: body.wp_order_number, body })
            return { status: 200, body: { success: true, order_id: this.orders.get(key).order_id, wp_order_number: body.wp_order_number, status: 'launching' } }
        }
        if (method === 'POST' && path === '/api/v1/orderCancelled' && this.cancels) {
            const known = this.orders.get(`${body.wp_order_number}|${body.item_id}`)
            return { status: 200, body: { success: true, order_id: known?.order_id ?? null, status: known ? 'canceled' : null } }
        }
        const found = /^\/api\/v1\/orders\/(\d+)$/.exec(path)
        if (found && this.shown.has(Number(found[1]))) return { status: 200, body: { data: this.shown.get(Number(found[1])) } }
        if (path.startsWith('/api/v1/orders?')) return { status: 200, body: { data: [], meta: { next_cursor: null, count: '0' } } }
        return { status: 404, body: { message: 'Not Found' } }
    }

    to(path) {
        return this.requests.filter((one) => one.path === path)
    }

    stop() {
        this.server.closeAllConnections()
        return new Promise((done) => this.server.close(done))
    }
}
