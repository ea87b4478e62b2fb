/**
 * The runtime socket of HAProxy (its management guide, section 9.3): changes a map of a running process.
 * @module
 */
import { connect } from 'node:net'

const TIMEOUT_MS = 5000
/** More than eight keys and their answers take. */
const MAX_ANSWER = 65_536

/** Anything that the socket would read as the end of a word or of a command. */
const UNSAFE = /[^\x21-\x7e]|[;\\#@]/

/** Sends one line of commands and gives the answer. @throws Error that names the socket, never what was sent. */
function ask(socketPath: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new Error(`${socketPath}: ${reason}; is HAProxy running, with this as its "stats socket"?`))
    const socket = connect(socketPath)
    let answer = ''
    socket.setEncoding('latin1')
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk: string) => {
      answer += chunk
      if (answer.length > MAX_ANSWER) socket.destroy(new Error('too long an answer'))
    })
    socket.on('error', (error) => fail(error.message))
    socket.on('close', () => resolve(answer))
    socket.write(`${line}\n`)
  })
}

/** The keys and values that `show map` lists, each line after an address. */
function readEntries(listing: string): Map<string, string> {
  const entries = new Map<string, string>()
  for (const line of listing.split('\n')) {
    const [, key, value] = line.split(' ')
    if (key !== undefined && value !== undefined) entries.set(key, value)
  }
  return entries
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}

/**
 * Replaces all of a map in one step, and looks whether it is so: a request sees the old keys or the new ones.
 * @param map The path, exactly as HAProxy's configuration has it.
 * @throws Error that says what to look at; it holds no secret.
 */
export async function replaceMap(
  socketPath: string,
  map: string,
  entries: ReadonlyMap<string, string>,
): Promise<void> {
  if (UNSAFE.test(map)) throw new Error(`${map}: HAProxy's socket takes no such path; use a plain one`)
  const prepared = await ask(socketPath, `prepare map ${map}`)
  const version = /New version created: ([0-9]+)/.exec(prepared)?.[1]
  if (version === undefined) {
    throw new Error(
      `${socketPath}: HAProxy has no map ${map} or does not let it change; ` +
        'say --out exactly as its configuration does, and give the socket "level admin"',
    )
  }
  const adding = [...entries].map(([key, value]) => `add map @${version} ${map} ${key} ${value}`)
  await ask(socketPath, [...adding, `commit map @${version} ${map}`].join(';'))
  if (!isSame(readEntries(await ask(socketPath, `show map ${map}`)), entries)) {
    throw new Error(`${socketPath}: HAProxy did not take the new map ${map}; see its log`)
  }
}
