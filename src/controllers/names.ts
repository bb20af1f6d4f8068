/** The controllers there are, as `--controllers` names them; in the order they are started in. */
export const controllerNames = [] as const satisfies readonly string[]

export type ControllerName = (typeof controllerNames)[number]
