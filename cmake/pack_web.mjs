// Packs a folder of built web files into one: `node pack_web.mjs FOLDER OUTPUT`. A line of JSON says where in the bytes after it
// each file is, plain and, where that is smaller, compressed; src/http/assets.cpp reads it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const types = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.json': 'application/json',
    '.svg': 'image/svg+xml',
    '.png': 'image/png',
    '.ico': 'image/x-icon',
    '.woff2': 'font/woff2',
    '.txt': 'text/plain; charset=utf-8',
    '.webmanifest': 'application/manifest+json',
}

const [folder, output] = process.argv.slice(2)
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
const chunks = []
let length = 0

// Where the bytes will be.
function put(bytes) {
    chunks.push(bytes)
    length += bytes.length
    return [length - bytes.length, bytes.length]
}

function packed(path) {
    const name = '/' + relative(folder, path).split(sep).join('/')
    const type = types[extname(name)]
    if (!type) throw new Error(`pack_web: no type is known for ${name}`)
    const plain = readFileSync(path)
    const row = { path: name, type: put(Buffer.from(type)), plain: put(plain) }
    row.etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
    row.immutable = name.startsWith('/assets/')
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
    const gzip = gzipSync(plain, { level: 9 }), brotli = brotliCompressSync(plain, { params })
    if (gzip.length < plain.length * 0.95) row.gzip = put(gzip)
    if (brotli.length < plain.length * 0.95) row.brotli = put(brotli)
    return row
}

const index = files.map((entry) => packed(join(entry.parentPath ?? entry.path, entry.name))).sort((a, b) => (a.path < b.path ? -1 : 1))
writeFileSync(output, Buffer.concat([Buffer.from(JSON.stringify(index) + '\n'), ...chunks]))
