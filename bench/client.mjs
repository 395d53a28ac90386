// Requests at a fixed rate or one after the other, with the time of each answer.
import http from 'node:http'
import { now } from './program.mjs'

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 })

/** Resolves to {status, body, at}: `at` is the moment in which the answer was there. */
export function send(url, { method = 'GET', token, body, headers: more = {} } = {}) {
    return new Promise((done, fail) => {
        const text = body === undefined ? '' : JSON.stringify(body)
        const headers = { Accept: 'application/json', ...(token && { Authorization: `Bearer ${token}` }), ...more }
        if (text) Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
        const request = http.request(url, { method, agent, headers }, (response) => {
            let answer = ''
            response.on('data', (part) => (answer += part))
            response.on('end', () => done({ status: response.statusCode, body: answer, at: now() }))
        })
        request.on('error', fail)
        request.end(text)
    })
}

export function order(number, supplierId) {
    return {
        wp_order_number: number, product_service: 'Followers', quantity: 100, url: `https://instagram.com/${number}`,
        client_email: `client${number}@ukr.net`, total_amount: '12.50', currency: 'UAH', supplier_id: `${supplierId}`,
        supplier_service_id: '101', type_payment: 'mono',
    }
}
