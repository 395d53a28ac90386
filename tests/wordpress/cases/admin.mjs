export function aboutAdmin() {}
