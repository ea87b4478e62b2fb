/**
 * What an origin tells of its own load, in a response field: `sallyport-origin-load: 37/100`.
 * @module
 */

export interface OriginLoad {
  /** Requests that the origin works on, those of all clients. */
  readonly inflight: number
  /** Requests that it can work on at the same time, at least 1. */
  readonly limit: number
}

/** Not meant for clients: forwarding has to take it out of the response once it uses this. */
export const ORIGIN_LOAD_FIELD = 'sallyport-origin-load'

const LOAD = /^(\d{1,7})\/([1-9]\d{0,6})$/

/** The load that a field value tells, or `undefined` for anything but two numbers below ten million. */
export function readOriginLoad(value: string | null): OriginLoad | undefined {
  if (value === null) return undefined
  const [, inflight, limit] = LOAD.exec(value) ?? []
  return limit === undefined ? undefined : { inflight: Number(inflight), limit: Number(limit) }
}
