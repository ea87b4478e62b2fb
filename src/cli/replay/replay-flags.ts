/**
 * What `sallyport replay` is told on the command line, checked.
 * @module
 */
import { resolve } from 'node:path'
import { readHost } from '../../http/host.ts'
import { isLogFormat, type LogFormat } from './log-format.ts'

/** As commander hands them over: text, or `true` for a flag without value. */
export interface RawFlags {
  readonly policy: string
  readonly format?: string
  readonly host?: string
  readonly scheme: string
  readonly top: string
  readonly refused?: string
  readonly json?: boolean
  readonly progress: boolean
}

export interface ReplayFlags {
  readonly policy: string
  readonly format?: LogFormat
  readonly host?: string
  readonly scheme: 'http' | 'https'
  readonly top: number
  readonly refused?: string
  readonly json: boolean
  readonly progress: boolean
}

const MAX_TOP = 1000

/** The flags, or one sentence that says what is wrong and what to write. */
export function readFlags(files: readonly string[], raw: RawFlags): ReplayFlags | string {
  const { policy, format, host, scheme, top, refused, json, progress } = raw
  if (files.filter((name) => name === '-').length > 1)
    return 'Standard input (-) can be read once: name it once.'
  if (refused !== undefined && files.some((name) => name !== '-' && resolve(name) === resolve(refused))) {
    return '--refused names one of the logs and would overwrite it: name another file.'
  }
  if (format !== undefined && !isLogFormat(format)) return '--format is combined, logpush or decisions.'
  if (scheme !== 'http' && scheme !== 'https') return '--scheme is http or https.'
  if (host !== undefined && readHost(host, scheme).name === '') {
    return '--host is not a host name: write it as in the Host field, for example www.example.com.'
  }
  const rows = /^[0-9]{1,4}$/.test(top) ? Number(top) : 0
  if (rows < 1 || rows > MAX_TOP) return `--top is a whole number from 1 to ${MAX_TOP}.`
  return {
    policy,
    scheme,
    top: rows,
    json: json === true,
    progress,
    ...(format === undefined ? {} : { format }),
    ...(host === undefined ? {} : { host }),
    ...(refused === undefined ? {} : { refused }),
  }
}
