/** Applications with locks that hold, half hold, or do not hold, for the doctor to try. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { executeDoctor } from '../../../src/cli/doctor/execute-doctor.ts'
import { formatKeySet, type Key } from '../../../src/signature/keys.ts'
import { closeServer, listen } from '../../origin/apps.ts'
import { HMAC_KEY } from '../../signature/keys-fixture.ts'

export interface DoctorRun {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Runs the doctor against a URL, with a key set of its own. */
export async function examineUrl(
  url: string,
  flags: Readonly<Record<string, unknown>> = {},
  key: Key = HMAC_KEY,
): Promise<DoctorRun> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-doctor-'))
  const keys = join(folder, 'edge.jwks.json')
  writeFileSync(keys, formatKeySet({ keys: [key] }))
  const said = { out: '', err: '' }
  const status = await executeDoctor(
    url,
    { keys, timeout: '5', rate: '1000', ...flags },
    {
      out: (text) => {
        said.out += text
      },
      err: (text) => {
        said.err += text
      },
    },
  )
  rmSync(folder, { recursive: true })
  return { status, ...said }
}

/** Runs the doctor with `flags` against a server with this listener. */
export async function examine(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
  flags: Readonly<Record<string, unknown>> = {},
  key: Key = HMAC_KEY,
): Promise<DoctorRun> {
  const server = createServer(listener)
  const port = await listen(server)
  const run = await examineUrl(`http://127.0.0.1:${port}/a/b`, flags, key)
  await closeServer(server)
  return run
}
