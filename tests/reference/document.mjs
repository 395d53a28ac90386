// The document of the API, and what an answer must be to be what it says.
import Ajv from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const methods = ['get', 'post', 'put', 'patch', 'delete']

export class Document {
    constructor(document) {
        this.document = document
        this.ajv = new Ajv({ strict: false, allErrors: true })
        formats.default(this.ajv)
        this.ajv.addSchema({ $id: 'doc', components: { schemas: closed(document.components.schemas) } })
    }

    static async of(crm) {
        const reply = await fetch(`${crm.url}/api/openapi.json`)
        return new Document(await reply.json())
    }

    /** `POST /api/v1/orders`, … */
    operations() {
        return Object.entries(this.document.paths).flatMap(([path, item]) =>
            methods.filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`))
    }

    operation(name) {
        const [method, path] = name.split(' ')
        return this.document.paths[path]?.[method.toLowerCase()]
    }

    example(name) {
        return this.operation(name).requestBody?.content['application/json'].example
    }

    /** Why an answer is not what the document says; empty when it is. */
    problems(name, status, type, body) {
        const { responses } = this.operation(name)
        const response = responses[status] ?? (status >= 400 ? responses.default : undefined)
        if (!response) return [`${name}: ${status} is not documented`]
        const content = this.resolved(response).content
        if (!content) return status === 204 || body === undefined ? [] : [`${name}: ${status} should be empty`]
        if (!content[type]) return 'application/json' in content ? [`${name}: ${type} is not documented`] : []
        const schema = content[type].schema
        if (type !== 'application/json' || !schema) return []
        const validate = this.ajv.compile(inDocument(closed(schema)))
        return validate(body) ? [] : validate.errors.map((error) => `${name} ${status}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)
    }

    resolved(one) {
        return one.$ref ? one.$ref.split('/').slice(1).reduce((at, key) => at[key], this.document) : one
    }
}

// What the document does not name must not be answered either, so that nothing is answered that nobody can know of.
function closed(schema) {
    if (Array.isArray(schema)) return schema.map(closed)
    if (typeof schema !== 'object' || schema === null) return schema
    const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
    if (copy.properties && copy.type === 'object' && !('additionalProperties' in copy)) copy.additionalProperties = false
    return copy
}

function inDocument(schema) {
    return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components'))
}
