// /api/docs: what /api/openapi.json says, for people, who can also try it with the session that they have.
import 'swagger-ui-dist/swagger-ui.css';
import './style/api-docs.css';

import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';

interface Sent {
    method?: string;
    headers: Record<string, string>;
}

// A change by a session carries the token that only a page of ours can have read.
async function withCsrf(request: Sent): Promise<Sent> {
    if (!request.method || request.method === 'GET' || request.headers.Authorization) return request;
    const answer = await fetch('/api/v1/session');
    if (!answer.ok) return request;
    const { data } = (await answer.json()) as { data: { csrf: string } };
    request.headers['X-CSRF-Token'] = data.csrf;
    return request;
}

SwaggerUI({
    url: '/api/openapi.json',
    dom_id: '#docs',
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: 0,
    filter: true,
    validatorUrl: null,
    requestInterceptor: withCsrf,
});
