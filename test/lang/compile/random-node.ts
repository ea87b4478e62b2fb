/** Random well-typed trees over a few fields, and facts for them. */
import fc from 'fast-check'
import type {
  ArgumentNode,
  Index,
  Literal,
  LogicalNode,
  Operation,
  Ordering,
  SetElement,
  ValueNode,
} from '../../../src/lang/ast.ts'
import type { ScalarType, Type } from '../../../src/lang/type.ts'
import type { Value } from '../../../src/lang/value.ts'
import { parseAddress } from '../../../src/net/address.ts'

export const FIELDS: Readonly<Record<string, Type>> = {
  text: 'Bytes',
  host: 'Bytes',
  number: 'Int',
  flag: 'Bool',
  address: 'Ip',
  names: { array: 'Bytes' },
  flags: { array: 'Bool' },
  map: { map: { array: 'Bytes' } },
  nested: { array: { array: 'Bytes' } },
}

const word = fc.constantFrom('', 'a', 'A', 'ab', 'aB', 'b', 'ba', '\xe9')
const int = fc.constantFrom(0, 1, 2, 3, 80, -1, 2 ** 40, '9007199254740993', '-9223372036854775808')
const ip = fc.constantFrom(
  '192.0.2.1',
  '192.0.2.9',
  '10.0.0.0',
  '2001:db8::1',
  '2001:db8::ff',
  '::ffff:c000:201',
)
const order = fc.constantFrom<Ordering>('eq', 'ne', 'ge', 'le', 'gt', 'lt')

function field(name: string): ValueNode {
  return { kind: 'field', name, type: FIELDS[name] ?? 'Bytes' }
}

function index(of: ValueNode, type: Type, ...indexes: readonly Index[]): ValueNode {
  const node = { kind: 'index', of, indexes, type } as const
  if (of.kind === 'index') throw new Error('an index of an index')
  return indexes.some(({ kind }) => kind === 'each') ? { ...node, of, each: true } : { ...node, of }
}

const EACH: Index = { kind: 'each' }
const at = fc.nat(2).map((i): Index => ({ kind: 'at', index: i }))
const key = fc.constantFrom('a', 'b', 'none').map((text): Index => ({ kind: 'key', key: text }))

function call(name: string, type: Type, ...args: readonly ArgumentNode[]): ValueNode {
  const [first] = args
  const mapped = first?.kind === 'index' && first.each === true
  return mapped
    ? { kind: 'call', name, args, type: { array: type }, mapped }
    : { kind: 'call', name, args, type }
}

function bytes(value: string): ArgumentNode {
  return { kind: 'literal', literal: { kind: 'bytes', value } }
}

/** Values of type `Bytes`, or lists of them. */
const plainBytes = fc.oneof(
  fc.constantFrom(field('text'), field('host')),
  at.map((i) => index(field('names'), 'Bytes', i)),
  fc.tuple(key, at).map(([k, i]) => index(field('map'), 'Bytes', k, i)),
)
const eachBytes = fc.oneof(
  fc.constant(index(field('names'), 'Bytes', EACH)),
  key.map((k) => index(field('map'), 'Bytes', k, EACH)),
  fc.constant(index(field('map'), 'Bytes', EACH, EACH)),
  at.map((i) => index(field('nested'), 'Bytes', EACH, i)),
)
const bytesValue = fc.oneof(
  plainBytes,
  plainBytes.map((node) => call('lower', 'Bytes', node)),
  fc.tuple(plainBytes, word).map(([node, text]) => call('concat', 'Bytes', node, bytes(text))),
  plainBytes.map((node) => call('lookup_json_string', 'Bytes', node, bytes('a'))),
)
const bytesList = fc.oneof(
  eachBytes,
  eachBytes.map((node) => index(call('lower', 'Bytes', node), 'Bytes', EACH)),
  eachBytes.map((node) => index(call('lookup_json_string', 'Bytes', node, bytes('a')), 'Bytes', EACH)),
  fc
    .tuple(eachBytes, plainBytes)
    .map(([node, other]) => index(call('concat', 'Bytes', node, other), 'Bytes', EACH)),
)
const intValue = fc.oneof(
  fc.constant(field('number')),
  plainBytes.map((node) => call('len', 'Int', node)),
  fc.constant(call('len', 'Int', field('names'))),
  eachBytes.map((node) => call('len', 'Int', call('lower', 'Bytes', node))),
)
const intList = eachBytes.map((node) => index(call('len', 'Int', node), 'Int', EACH))

function orderOperation(literal: fc.Arbitrary<Literal>): fc.Arbitrary<Operation> {
  return fc.record({ kind: fc.constant('order' as const), order, literal })
}

function inOperation(element: fc.Arbitrary<SetElement>): fc.Arbitrary<Operation> {
  return fc.record({ kind: fc.constant('in' as const), elements: fc.array(element, { maxLength: 4 }) })
}

const intElement = fc.tuple(int, int).map(([a, b]): SetElement => {
  const [from, to] = BigInt(a) <= BigInt(b) ? [a, b] : [b, a]
  return { kind: 'int', from, to }
})
const ipElement = fc.oneof(
  ip.map((text): SetElement => ({ kind: 'ip', from: text, to: text })),
  fc.constantFrom<SetElement>(
    { kind: 'ip', from: '192.0.2.0', to: '192.0.2.5' },
    { kind: 'ip', from: '192.0.2.4', to: '192.0.2.255' },
    { kind: 'ip', from: '2001:db8::', to: '2001:db8::f' },
  ),
)

const OPERATIONS: Readonly<Record<ScalarType, fc.Arbitrary<Operation>>> = {
  Bool: fc.constant({ kind: 'is-true' }),
  Int: fc.oneof(
    orderOperation(int.map((value) => ({ kind: 'int', value }))),
    inOperation(intElement),
    int.map((mask): Operation => ({ kind: 'bit-and', mask })),
    fc.constant<Operation>({ kind: 'in-list', list: 'even' }),
  ),
  Ip: fc.oneof(orderOperation(ip.map((value) => ({ kind: 'ip', value }))), inOperation(ipElement)),
  Bytes: fc.oneof(
    orderOperation(word.map((value) => ({ kind: 'bytes', value }))),
    inOperation(word.map((value) => ({ kind: 'bytes', value }))),
    word.map((value): Operation => ({ kind: 'contains', value })),
    fc
      .tuple(fc.constantFrom('*', 'a*', '*B', 'A*b', '*a*', 'ab'), fc.boolean())
      .map(([pattern, strict]): Operation => ({ kind: 'wildcard', pattern, strict })),
    fc
      .constantFrom('^a', 'b$', '[aA]b', 'x')
      .map((source): Operation => ({ kind: 'matches', plan: { engine: 'native', source, pattern: source } })),
  ),
}

function comparison(left: fc.Arbitrary<ValueNode>, type: ScalarType): fc.Arbitrary<LogicalNode> {
  return fc.record({ kind: fc.constant('comparison' as const), left, operation: OPERATIONS[type] })
}

function combine(item: fc.Arbitrary<LogicalNode>): fc.Arbitrary<LogicalNode> {
  return fc.record({
    kind: fc.constant('combine' as const),
    op: fc.constantFrom('and' as const, 'or' as const, 'xor' as const),
    items: fc.array(item, { minLength: 2, maxLength: 3 }),
  })
}

function not(item: fc.Arbitrary<LogicalNode>): fc.Arbitrary<LogicalNode> {
  return item.map((node): LogicalNode => ({ kind: 'not', item: node }))
}

const { array } = fc.letrec<{ array: LogicalNode }>((tie) => ({
  array: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc.oneof(
      comparison(bytesList, 'Bytes'),
      comparison(intList, 'Int'),
      comparison(fc.constant(field('flags')), 'Bool'),
      comparison(fc.constant(index(field('flags'), 'Bool', EACH)), 'Bool'),
    ),
    not(tie('array')),
    combine(tie('array')),
  ),
}))

const quantifier = fc.record({ kind: fc.constantFrom('any' as const, 'all' as const), item: array })

/** Trees that give one truth value. */
export const { logical } = fc.letrec<{ logical: LogicalNode }>((tie) => ({
  logical: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(
      comparison(bytesValue, 'Bytes'),
      comparison(intValue, 'Int'),
      comparison(fc.constant(field('address')), 'Ip'),
      comparison(fc.constant(field('flag')), 'Bool'),
      comparison(
        fc.tuple(plainBytes, word).map(([node, text]) => call('starts_with', 'Bool', node, bytes(text))),
        'Bool',
      ),
      quantifier,
    ),
    not(tie('logical')),
    combine(tie('logical')),
  ),
}))

export const value: fc.Arbitrary<ValueNode> = fc.oneof(bytesValue, intValue)

const text = fc.oneof(word, fc.constantFrom('{"a":"ab"}', 'aba', 'AB'))
const texts = fc.array(text, { maxLength: 3 })

function optional<T extends Value>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined })
}

/** Any field may be nil. */
export const facts: fc.Arbitrary<ReadonlyMap<string, Value>> = fc
  .record({
    text: optional(text),
    host: optional(text),
    number: optional(int.map((n): Value => (typeof n === 'number' ? n : BigInt(n)))),
    flag: optional(fc.boolean()),
    address: optional(ip.map((address): Value => parseAddress(address) ?? false)),
    names: optional(texts),
    flags: optional(fc.array(fc.boolean(), { maxLength: 3 })),
    map: optional(
      fc.array(fc.tuple(word, texts), { maxLength: 3 }).map((entries): Value => new Map(entries)),
    ),
    nested: optional(fc.array(texts, { maxLength: 3 })),
  })
  .map((record) => {
    const known = Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined)
    return new Map(known)
  })
