/**
 * Addresses as they are written in options and descriptions.
 * @module
 */
import type { Address } from '../../origin/recipes/description.ts'

type TcpAddress = Extract<Address, { readonly kind: 'tcp' }>

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,39}\])$/
const SOCKET = /^\/[A-Za-z0-9._/-]{1,100}$/
const MAX_PORT = 65_535

/** `127.0.0.1:8080`, `origin.internal:80`, `[::1]:80` (host: `::1`); `undefined` for anything else. */
export function readTcpAddress(text: string): TcpAddress | undefined {
  const colon = text.lastIndexOf(':')
  const host = text.slice(0, colon)
  const digits = text.slice(colon + 1)
  if (colon < 1 || !HOST.test(host) || !/^[0-9]{1,5}$/.test(digits)) return undefined
  const port = Number(digits)
  return port >= 1 && port <= MAX_PORT ? { kind: 'tcp', host: host.replace(/^\[|\]$/g, ''), port } : undefined
}

/** The same, or `unix:/run/sallyport/origin.sock`. A socket's path is short: the system has 108 bytes for it. */
export function readAddress(text: string): Address | undefined {
  if (!text.startsWith('unix:')) return readTcpAddress(text)
  const path = text.slice('unix:'.length)
  return SOCKET.test(path) ? { kind: 'unix', path } : undefined
}

/** Whether only this machine can connect. */
export function isLocal(address: Address): boolean {
  if (address.kind === 'unix') return true
  return address.host === 'localhost' || address.host === '::1' || address.host.startsWith('127.')
}
