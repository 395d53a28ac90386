export function aboutUninstalling() {}
