/**
 * Which origin the doctor tries: the one that is named, or that of a running `npm start`.
 * @module
 */
import type { Running } from '../running.ts'
import type { DoctorFlags } from './doctor-settings.ts'

/** As it comes from the command line: the keys of a local run need not be named. */
export type DoctorArguments = Omit<DoctorFlags, 'keys'> & { readonly keys?: string }

export type DoctorTarget =
  | { readonly ok: true; readonly url: string; readonly flags: DoctorFlags }
  | { readonly ok: false; readonly message: string }

const EXAMPLE = 'sallyport origin doctor https://origin.example --keys edge.jwks.json'

/** The health probe of the demo origin. */
const DEMO_PROBE = '/healthz'

/** What a folder says to be running there is attacked without being asked for by name: on this machine only. */
const LOCAL = /^http:\/\/127\.0\.0\.1:[0-9]{1,5}$/

/** `running` is the local run of this folder, if there is one. */
export function findDoctorTarget(
  url: string | undefined,
  { keys, ...flags }: DoctorArguments,
  running: Running | undefined,
): DoctorTarget {
  if (url !== undefined) {
    if (keys !== undefined) return { ok: true, url, flags: { ...flags, keys } }
    return { ok: false, message: `--keys is missing: the file that signs, as in ${EXAMPLE}` }
  }
  if (running === undefined || !LOCAL.test(running.origin)) {
    const fix = `Start it with npm start in this folder, or name an origin: ${EXAMPLE}`
    return { ok: false, message: `No local origin runs from this folder. ${fix}` }
  }
  const local = { unsigned: DEMO_PROBE, ...flags, keys: keys ?? running.keys }
  return { ok: true, url: running.origin, flags: local }
}
