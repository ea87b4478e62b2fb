/**
 * Opens a server on a port or a unix socket.
 * @module
 */
import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import type { Address } from '../recipes/description.ts'
import { formatAddress } from '../recipes/serve-command.ts'

/** Owner and group: the load balancer's workers run under another name than the server. */
export const SOCKET_MODE = 0o660

/**
 * Listens, and tells where: the port is the one that was chosen when 0 was asked for.
 * @param socketMode Permissions of a unix socket.
 * @throws Error that says which address cannot be had, and why.
 */
export async function listenAt(
  server: Server,
  address: Address,
  socketMode: number = SOCKET_MODE,
): Promise<Address> {
  if (address.kind === 'unix') await removeDeadSocket(address.path)
  await open(server, address)
  if (address.kind === 'unix') {
    await chmod(address.path, socketMode)
    return address
  }
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? { ...address, port: bound.port } : address
}

function open(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(explain(address, error))
    server.once('error', onError)
    const options =
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }
    server.listen(options, () => {
      server.off('error', onError)
      resolve()
    })
  })
}

function explain(address: Address, error: NodeJS.ErrnoException): Error {
  const where = formatAddress(address)
  if (error.code === 'EADDRINUSE') {
    return new Error(`${where} is taken; stop what listens there, or choose another address`)
  }
  if (error.code === 'EADDRNOTAVAIL') {
    return new Error(`${where} is no address of this machine; choose one that is, such as 127.0.0.1`)
  }
  if (error.code === 'EINVAL' && address.kind === 'unix') {
    return new Error(`the path ${where} cannot be a socket's: give one of at most 107 bytes`)
  }
  // A folder that is not there is EACCES too: so the system's library has it.
  if (error.code === 'EACCES' && address.kind === 'unix') {
    return new Error(`the folder of ${where} is not there or may not be written to; make it first`)
  }
  if (error.code === 'EACCES') {
    return new Error(`no permission to listen at ${where}; choose a port over 1023`)
  }
  return new Error(`cannot listen at ${where}: ${error.code ?? error.message}`)
}

/**
 * A server that was killed leaves its socket behind. Only a socket that nobody answers is taken away: not a
 * file of another kind, and not one that another server listens at.
 */
async function removeDeadSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return
  if (!found.isSocket()) {
    throw new Error(`unix:${path} is there and is no socket; choose another path, or remove it yourself`)
  }
  if (!(await isDead(path))) {
    throw new Error(`unix:${path} is taken; stop what listens there, or choose another path`)
  }
  await unlink(path)
}

function isDead(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(false)
    })
    // Refused means that nobody listens; anything else, such as no permission, says nothing.
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'))
  })
}
