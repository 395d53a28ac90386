export function aboutProgram() {}
