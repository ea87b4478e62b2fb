/**
 * The exam of Cloudflare's engine (`../shared/exams/language` beside the checkout): where it is, what its
 * cases look like, and the schemes and functions its tests were written for.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { ListKind, Parameter, Scheme, Signature } from '../../src/lang/scheme.ts'
import { parseType, type Type } from '../../src/lang/type.ts'

const FOLDER = new URL('../../../shared/exams/language/', import.meta.url)

interface CaseBase {
  readonly id: string
  readonly input: string
  /** Types by field. */
  readonly scheme: Readonly<Record<string, string>> | null
  readonly settings?: { readonly maxNestingDepth: number } | null
  /** The production that is asked; without one, the whole filter. */
  readonly entry?: string | null
}

export interface ParseOkCase extends CaseBase {
  readonly kind: 'parse_ok'
  /** What is not read. */
  readonly rest: string
  readonly rustAst: string
  readonly astJson?: unknown
}

export interface ParseErrorCase extends CaseBase {
  readonly kind: 'parse_error'
  readonly errorKind: string
  /** The text that is underlined. */
  readonly span: string
}

export interface FilterErrorCase extends CaseBase {
  readonly kind: 'filter_error'
  readonly errorKind: string
  /** `line` and `start` count from 0. */
  readonly span: { readonly line: number; readonly start: number; readonly len: number }
  readonly display?: string
}

export interface ExecuteCase extends CaseBase {
  readonly kind: 'execute'
  readonly ctx: Readonly<Record<string, unknown>>
  readonly result: unknown
  readonly nilNotEqual?: boolean
  readonly optionalFields?: boolean
}

export type ExamCase = ParseOkCase | ParseErrorCase | FilterErrorCase | ExecuteCase

/** Empty, with a word on the console, when the exams are not beside the checkout. */
export function readExam(): readonly ExamCase[] {
  const file = new URL('wirefilter-rust.json', FOLDER)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as readonly ExamCase[]
  console.log('wirefilter exam: skipped, ../shared/exams/language is not there')
  return []
}

const FIELD_BYTES: Parameter = { kind: 'field', types: ['Bytes'] }
const LITERAL_BYTES: Parameter = { kind: 'literal', types: ['Bytes'] }
const LITERAL_INT: Parameter = { kind: 'literal', types: ['Int'] }
const BYTES_OR_ARRAY: Parameter = { kind: 'either', types: ['Array', 'Bytes'] }

function simple(
  returns: Type,
  required: readonly Parameter[],
  optional: readonly Parameter[] = [],
): Signature {
  return { required, optional, returns: () => returns }
}

function firstType([first]: readonly Type[]): Type {
  return first ?? 'Bytes'
}

const LEN = simple('Int', [FIELD_BYTES])

/** By the file of the engine's source that the test is in; the same name may mean different functions. */
export const EXAM_SIGNATURES: Readonly<Record<string, ReadonlyMap<string, Signature>>> = {
  'ast/field_expr': new Map([
    ['echo', simple('Bytes', [FIELD_BYTES])],
    ['lowercase', simple('Bytes', [FIELD_BYTES])],
    ['concat', simple('Bytes', [], [FIELD_BYTES, LITERAL_BYTES])],
    ['concat_fields', simple('Bytes', [FIELD_BYTES, FIELD_BYTES])],
    [
      'filter',
      {
        required: [
          { kind: 'field', types: ['Array'] },
          { kind: 'field', types: [{ array: 'Bool' }] },
        ],
        returns: firstType,
      },
    ],
    ['len', LEN],
  ]),
  'ast/function_expr': new Map([
    ['echo', simple('Bytes', [FIELD_BYTES], [LITERAL_INT, LITERAL_INT])],
    ['lower', simple('Bytes', [FIELD_BYTES])],
    ['regex_replace', simple('Bool', [FIELD_BYTES, LITERAL_BYTES, LITERAL_BYTES])],
    ['len', LEN],
  ]),
  'ast/index_expr': new Map([
    ['array', simple({ array: 'Bytes' }, [FIELD_BYTES])],
    ['array2', simple({ array: { array: 'Bytes' } }, [FIELD_BYTES])],
  ]),
  scheme: new Map([
    ['concat', { required: [BYTES_OR_ARRAY, BYTES_OR_ARRAY], rest: BYTES_OR_ARRAY, returns: firstType }],
  ]),
}

/** The fields of cases that name no scheme. */
const DEFAULT_FIELDS = { x: 'Bytes', 'x.y.z0': 'Int', is_TCP: 'Bool', map: 'Map(Bytes)' }

const LISTS: ReadonlyMap<string, ListKind> = new Map([
  ['even', 'Int'],
  ['odd', 'Int'],
])

/** Where the test of a case is: `ast/field_expr`. */
export function examModule(examCase: ExamCase): string {
  return examCase.id.slice(0, examCase.id.indexOf('::'))
}

export function examScheme(examCase: ExamCase): Scheme {
  const fields = Object.entries(examCase.scheme ?? DEFAULT_FIELDS)
  return {
    fields: new Map(fields.map(([name, type]) => [name, { type: parseType(type) }])),
    functions: EXAM_SIGNATURES[examModule(examCase)] ?? new Map(),
    lists: LISTS,
    maxNesting: examCase.settings?.maxNestingDepth ?? 128,
    maxLength: 4096,
  }
}
