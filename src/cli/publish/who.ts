/**
 * Who publishes what, for the history: neither is proof of anything, the signature is.
 * @module
 */
import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)
const TIMEOUT = 5000
const MAX_NAME = 64

/** In CI the account that started the job, else the user of this machine. */
export function nameOfUser(environment: Readonly<Record<string, string | undefined>>): string {
  const name = environment.GITHUB_ACTOR ?? environment.GITLAB_USER_LOGIN ?? localUser()
  return name.replace(/\p{Cc}/gu, '?').slice(0, MAX_NAME)
}

function localUser(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that has no name.
    return 'unknown'
  }
}

/** `1a2b3c4d5e6f`, with `+` when there are changes that are not committed; `undefined` outside of git. */
export async function nameOfCommit(folder: string): Promise<string | undefined> {
  try {
    const options = { cwd: folder, timeout: TIMEOUT }
    const { stdout: hash } = await run('git', ['rev-parse', '--short=12', 'HEAD'], options)
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--', '.'], options)
    return /^[0-9a-f]{12,40}\n$/.test(hash) ? `${hash.trim()}${changes === '' ? '' : '+'}` : undefined
  } catch {
    return undefined
  }
}
