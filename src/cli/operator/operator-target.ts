/**
 * Which edge an operator speaks to, and with which token.
 * @module
 */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Running } from '../running.ts'

export interface OperatorFlags {
  readonly url?: string
  readonly tokenFile?: string
  readonly json?: boolean
}

export interface OperatorTarget {
  readonly url: string
  readonly token: string
}

export type OperatorTargetResult =
  | { readonly ok: true; readonly target: OperatorTarget }
  | { readonly ok: false; readonly usage: boolean; readonly message: string }

export const TOKEN_VARIABLE = 'SALLYPORT_OPERATOR_TOKEN'
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
/** Bytes; a longer file is no token. */
const MAX_TOKEN = 1024

export function addOperatorOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the edge, as https://www.example.com (default: that of npm start)')
    .option('--token-file <file>', `file with the token (default with --url: $${TOKEN_VARIABLE})`)
    .option('--json', 'print one JSON object')
}

/** The token of a local run goes to that run only, and the one of the environment only where `--url` says. */
export function findOperatorTarget(
  { url, tokenFile }: OperatorFlags,
  running: Running | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): OperatorTargetResult {
  if (url === undefined) return findLocal(tokenFile, running)
  const fault = checkUrl(url)
  if (fault !== undefined) return { ok: false, usage: true, message: fault }
  if (tokenFile !== undefined) return readToken(tokenFile, url)
  const token = environment[TOKEN_VARIABLE]?.trim()
  if (token !== undefined && token !== '') return { ok: true, target: { url, token } }
  const fix = `Set ${TOKEN_VARIABLE} or give --token-file: it is the secret of that name which the Worker has.`
  return { ok: false, usage: true, message: `There is no token for ${url}. ${fix}` }
}

function findLocal(tokenFile: string | undefined, running: Running | undefined): OperatorTargetResult {
  if (tokenFile !== undefined)
    return { ok: false, usage: true, message: '--token-file goes with --url: a local run has its own token.' }
  if (running !== undefined) return { ok: true, target: { url: running.edge, token: running.operatorToken } }
  const fix = 'Start it with npm start in this folder, or say --url https://… for a deployment.'
  return { ok: false, usage: false, message: `No local edge runs from this folder. ${fix}` }
}

function checkUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return '--url takes the address of the edge, as https://www.example.com.'
  if (url.protocol === 'https:' || LOOPBACK.has(url.hostname)) return undefined
  return '--url has to be https: the token would go through the network for everybody to read.'
}

function readToken(file: string, url: string): OperatorTargetResult {
  let token: string
  try {
    token = readFileSync(file, 'utf8')
      .slice(0, MAX_TOKEN + 1)
      .trim()
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return {
      ok: false,
      usage: false,
      message: `The token in ${file} cannot be read${why}: give the file that holds it.`,
    }
  }
  if (token === '' || token.length > MAX_TOKEN || /[^\x21-\x7e]/.test(token))
    return {
      ok: false,
      usage: false,
      message: `${file} holds no token: one line of visible ASCII characters.`,
    }
  return { ok: true, target: { url, token } }
}
